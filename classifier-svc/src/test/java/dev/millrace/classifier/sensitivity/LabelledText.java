package dev.millrace.classifier.sensitivity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A made-up text with what it holds.
 *
 * @param kind the name of a finding's kind, {@code -} for a near miss, {@code plain} for an everyday prompt
 * @param text the text as a caller would send it
 */
record LabelledText(String kind, String text) {

    static final String NEAR_MISS = "-";
    static final String PLAIN = "plain";

    /** Reads a file of texts; the tildes that keep made-up keys from looking real are taken out. */
    static List<LabelledText> read(String resource) {
        try (InputStream in = LabelledText.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .map(parts -> new LabelledText(parts[0], unescaped(parts[1])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unescaped(String text) {
        return text.replace("~~", "")
                .replace("\\\\n", "\u0000")
                .replace("\\n", "\n")
                .replace("\u0000", "\\n");
    }
}

package dev.millrace.classifier;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A prompt as people ask in a language, with what is to be said of it.
 *
 * @param language BCP 47 tag of the language that it is asked in, whatever it quotes
 * @param isHard whether it takes a proof, a design, an analysis or code of some length; a small model does the others
 * @param sensitivity how far it may travel
 */
record LanguagePrompt(String language, boolean isHard, Sensitivity sensitivity, String text) {

    private static final String RESOURCE = "/language/written.tsv";

    /** Reads all prompts; the tildes that keep made-up keys from looking real are taken out. */
    static List<LanguagePrompt> read() {
        try (InputStream in = LanguagePrompt.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> of(line.split("\t", 4)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    private static LanguagePrompt of(String[] parts) {
        return new LanguagePrompt(
                parts[0],
                parts[1].equals("hard"),
                Sensitivity.valueOf(parts[2].toUpperCase(Locale.ROOT)),
                parts[3].replace("~~", "").replace("\\n", "\n"));
    }
}

package dev.millrace.classifier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A text that the training has judged by the service's own code, so that both have one implementation.
 *
 * <p>It comes as a line {@code id TAB base64 of the UTF-8 text}, or with the text's meaning behind it,
 * {@code id TAB base64 TAB vector}, as {@link #encoded} writes vectors.
 *
 * @param id names it in the answer
 */
public record TrainingRow(String id, String text, Meaning meaning) {

    /** Answers each line of standard input by {@code id TAB answer} on standard output, until the input ends. */
    public static <E extends Exception> void answerAll(Answer<E> answer) throws IOException, E {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            TrainingRow row = read(line);
            out.print(row.id + '\t' + answer.to(row) + '\n');
        }
        out.flush();
    }

    private static TrainingRow read(String line) {
        String[] parts = line.split("\t", -1);
        String text = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return new TrainingRow(parts[0], text, parts.length < 3 ? Meaning.UNKNOWN : meaning(parts[2]));
    }

    private static Meaning meaning(String encoded) {
        FloatBuffer components =
                ByteBuffer.wrap(Base64.getDecoder().decode(encoded)).asFloatBuffer();
        float[] vector = new float[components.remaining()];
        components.get(vector);
        return () -> Optional.of(vector);
    }

    /** A vector as base64 of its components, four bytes each, the highest first. */
    public static String encoded(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** What is said of a text. */
    @FunctionalInterface
    public interface Answer<E extends Exception> {
        String to(TrainingRow row) throws E;
    }
}

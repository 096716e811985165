package dev.millrace.classifier.intent;

import dev.millrace.classifier.Intent;
import dev.millrace.classifier.Meaning;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Prints the hashed grams, or the intents, of texts for the training, so that both have one implementation.
 *
 * <p>Reads lines {@code id TAB base64 of the UTF-8 text}; writes {@code id TAB place place …}, or with the argument
 * {@code intents} {@code id TAB intent TAB confidence TAB task TAB likeliest intent}, by the shipped weights or by those in two files
 * named behind it, the grams' and the meaning's; {@code id TAB base64 TAB vector} as the embedding's dump writes it is a text with its
 * meaning.
 */
public final class GramDump {

    private GramDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        GramIntentModel model = arguments.length == 0 ? null : model(arguments);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String row = in.readLine(); row != null; row = in.readLine()) {
            String[] parts = row.split("\t", -1);
            String text = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            out.print(parts[0] + '\t' + (model == null ? grams(text) : intent(model, text, meaning(parts))) + '\n');
        }
        out.flush();
    }

    private static GramIntentModel model(String[] arguments) throws IOException {
        if (arguments.length == 1) {
            return new GramIntentModel();
        }
        try (InputStream grams = Files.newInputStream(Path.of(arguments[1]));
                InputStream meaning = Files.newInputStream(Path.of(arguments[2]))) {
            return new GramIntentModel(grams, meaning);
        }
    }

    private static String grams(String text) {
        return Arrays.stream(HashedGrams.of(text))
                .sorted()
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
    }

    private static Meaning meaning(String[] parts) {
        if (parts.length < 3) {
            return Meaning.UNKNOWN;
        }
        FloatBuffer components =
                ByteBuffer.wrap(Base64.getDecoder().decode(parts[2])).asFloatBuffer();
        float[] vector = new float[components.remaining()];
        components.get(vector);
        return () -> Optional.of(vector);
    }

    private static String intent(GramIntentModel model, String text, Meaning meaning) {
        Intent intent = model.intentOf(text, meaning);
        String likeliest = model.guess(text, meaning.vector()).id();
        return intent.id() + '\t' + intent.confidence() + '\t' + intent.task() + '\t' + likeliest;
    }
}

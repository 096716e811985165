package dev.millrace.classifier.intent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/**
 * Prints the hashed grams, or the intents, of texts for the training, so that both have one implementation.
 *
 * <p>Reads lines {@code id TAB base64 of the UTF-8 text}; writes {@code id TAB place place …}, or with the argument
 * {@code intents} {@code id TAB intent TAB confidence TAB task}.
 */
public final class GramDump {

    private GramDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        boolean intents = Arrays.asList(arguments).contains("intents");
        GramIntentModel model = intents ? new GramIntentModel() : null;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String row = in.readLine(); row != null; row = in.readLine()) {
            int tab = row.indexOf('\t');
            byte[] decoded = Base64.getDecoder().decode(row.substring(tab + 1));
            String text = new String(decoded, StandardCharsets.UTF_8);
            out.print(row.substring(0, tab) + '\t' + (model == null ? grams(text) : intent(model, text)) + '\n');
        }
        out.flush();
    }

    private static String grams(String text) {
        return Arrays.stream(HashedGrams.of(text)).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    private static String intent(GramIntentModel model, String text) {
        var intent = model.intentOf(text);
        return intent.id() + '\t' + intent.confidence() + '\t' + intent.task();
    }
}

package dev.millrace.classifier.intent;

import dev.millrace.classifier.Intent;
import dev.millrace.classifier.TrainingRow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Prints of each {@link TrainingRow} its hashed grams, {@code place place …}, or with the argument {@code intents}
 * {@code intent TAB confidence TAB task TAB likeliest intent}, by the shipped weights or by those in two files named
 * behind it, the grams' and the meaning's.
 */
public final class GramDump {

    private GramDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            TrainingRow.answerAll(row -> grams(row.text()));
        } else {
            GramIntentModel model = model(arguments);
            TrainingRow.answerAll(row -> intent(model, row));
        }
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

    private static String intent(GramIntentModel model, TrainingRow row) {
        Intent intent = model.intentOf(row.text(), row.meaning());
        String likeliest = model.guess(row.text(), row.meaning().vector()).id();
        return intent.id() + '\t' + intent.confidence() + '\t' + intent.task() + '\t' + likeliest;
    }
}

package dev.millrace.classifier.score;

import dev.millrace.classifier.PlainText;
import dev.millrace.classifier.TrainingRow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;

/**
 * Prints of each {@link TrainingRow} its features, {@code value TAB value …}, or its score, by the router head and its
 * neighbours whose paths are the arguments, or by those that ship: {@code shipped}.
 */
public final class FeatureDump {

    private FeatureDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            FeatureExtractor extractor = new FeatureExtractor(Lexicon.load());
            TrainingRow.answerAll(row -> features(extractor, row));
        } else {
            RouterScorer scorer = scorer(arguments);
            TrainingRow.answerAll(row -> String.valueOf(
                    scorer.score(PlainText.of(row.text()), 0, row.meaning()).score()));
        }
    }

    private static String features(FeatureExtractor extractor, TrainingRow row) {
        StringJoiner line = new StringJoiner("\t");
        for (float value : extractor.extract(PlainText.of(row.text())).values()) {
            line.add(Float.toString(value));
        }
        return line.toString();
    }

    private static RouterScorer scorer(String[] arguments) throws IOException {
        if (arguments[0].equals("shipped")) {
            return RouterScorer.load();
        }
        try (InputStream neighbours = Files.newInputStream(Path.of(arguments[1]))) {
            return new RouterScorer(
                    RouterHeadFile.parse(Files.readString(Path.of(arguments[0]))), Neighbours.read(neighbours));
        }
    }
}

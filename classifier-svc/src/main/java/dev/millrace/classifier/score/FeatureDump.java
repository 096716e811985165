package dev.millrace.classifier.score;

import dev.millrace.classifier.Meaning;
import dev.millrace.classifier.PlainText;
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
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/**
 * Prints the features or the scores of prompts for the training, so that both have one implementation.
 *
 * <p>Reads lines {@code id TAB base64 of the UTF-8 prompt} from standard input. Without arguments it writes
 * {@code id TAB value TAB value…}; with the paths of a router head
 * and of its neighbours, or {@code shipped}, {@code id TAB score}; {@code id TAB base64 TAB vector} as the embedding's dump
 * writes it is a prompt with its meaning.
 */
public final class FeatureDump {

    private FeatureDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        Function<String[], String> line = arguments.length == 0 ? features() : scores(arguments);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String row = in.readLine(); row != null; row = in.readLine()) {
            String[] parts = row.split("\t", -1);
            out.print(parts[0] + line.apply(parts) + '\n');
        }
        out.flush();
    }

    private static String prompt(String[] parts) {
        return new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
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

    private static Function<String[], String> features() {
        FeatureExtractor extractor = new FeatureExtractor(Lexicon.load());
        return parts -> {
            StringBuilder line = new StringBuilder();
            for (float value : extractor.extract(PlainText.of(prompt(parts))).values()) {
                line.append('\t').append(value);
            }
            return line.toString();
        };
    }

    private static Function<String[], String> scores(String[] files) throws IOException {
        RouterScorer scorer = files[0].equals("shipped") ? RouterScorer.load() : scorer(files[0], files[1]);
        return parts -> "\t"
                + scorer.score(PlainText.of(prompt(parts)), 0, meaning(parts)).score();
    }

    private static RouterScorer scorer(String head, String neighbours) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(neighbours))) {
            return new RouterScorer(RouterHeadFile.parse(Files.readString(Path.of(head))), Neighbours.read(in));
        }
    }
}

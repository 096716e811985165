package dev.millrace.classifier.score;

import dev.millrace.classifier.Prompt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Function;

/**
 * Prints the features or the scores of prompts for the training, so that both have one implementation.
 *
 * <p>Reads lines {@code id TAB base64 of the UTF-8 prompt} from standard input. Without arguments it writes
 * {@code id TAB value TAB value…}; with the path of a router head, or {@code shipped}, {@code id TAB score}.
 */
public final class FeatureDump {

    private FeatureDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        Function<String, String> line = arguments.length == 0 ? features() : scores(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String row = in.readLine(); row != null; row = in.readLine()) {
            int tab = row.indexOf('\t');
            byte[] prompt = Base64.getDecoder().decode(row.substring(tab + 1));
            out.print(row.substring(0, tab) + line.apply(new String(prompt, StandardCharsets.UTF_8)) + '\n');
        }
        out.flush();
    }

    private static Function<String, String> features() {
        FeatureExtractor extractor = new FeatureExtractor(Lexicon.load());
        return prompt -> {
            StringBuilder line = new StringBuilder();
            for (float value : extractor.extract(prompt).values()) {
                line.append('\t').append(value);
            }
            return line.toString();
        };
    }

    private static Function<String, String> scores(String head) throws IOException {
        RouterScorer scorer = head.equals("shipped")
                ? RouterScorer.load()
                : new RouterScorer(RouterHeadFile.parse(Files.readString(Path.of(head))));
        return prompt -> "\t" + scorer.score(Prompt.of(prompt)).score();
    }
}

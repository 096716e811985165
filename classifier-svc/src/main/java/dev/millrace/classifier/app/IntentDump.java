package dev.millrace.classifier.app;

import dev.millrace.classifier.Cutoffs;
import dev.millrace.classifier.Prompt;
import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.embedding.LazyEmbedder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prints the intents of texts as a gateway with certain cut-offs is told them: where the text alone tells the tier, without the
 * embedding.
 *
 * <p>The arguments are the cut-offs. Reads lines {@code id TAB base64 of the UTF-8 text}; writes {@code id TAB intent TAB versions of
 * the models that judged}.
 */
public final class IntentDump {

    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "millrace-training");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private IntentDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        List<Double> scores = Stream.of(arguments).map(Double::valueOf).toList();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (LazyEmbedder embedder = LazyEmbedder.ofShippedModel(CACHE)) {
            PromptJudge judge = new JudgeFactory().judge(Optional.of(embedder));
            for (String row = in.readLine(); row != null; row = in.readLine()) {
                String[] parts = row.split("\t", -1);
                Prompt prompt = Prompt.of(new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8));
                var verdict = judge.judge(prompt, Optional.of(new Cutoffs(scores)), PATIENCE);
                if (!verdict.isSettled()) {
                    throw new IllegalStateException("the embedding was missing: " + parts[0]);
                }
                out.print(parts[0] + '\t' + verdict.intent().id() + '\t' + verdict.modelVersion() + '\n');
            }
        }
        out.flush();
    }
}

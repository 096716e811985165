package dev.millrace.classifier.app;

import dev.millrace.classifier.Cutoffs;
import dev.millrace.classifier.Prompt;
import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.TrainingRow;
import dev.millrace.classifier.embedding.LazyEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prints of each {@link TrainingRow} {@code intent TAB versions of the models that judged}, as a gateway with certain
 * cut-offs is told it: where the text alone tells the tier, without the embedding. The arguments are the cut-offs.
 */
public final class IntentDump {

    private static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "millrace-training");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private IntentDump() {}

    /** Reads standard input to its end. */
    public static void main(String[] arguments) throws IOException {
        Cutoffs cutoffs = new Cutoffs(Stream.of(arguments).map(Double::valueOf).toList());
        try (LazyEmbedder embedder = LazyEmbedder.ofShippedModel(CACHE)) {
            PromptJudge judge = new JudgeFactory().judge(Optional.of(embedder));
            TrainingRow.answerAll(row -> intent(judge, row, cutoffs));
        }
    }

    private static String intent(PromptJudge judge, TrainingRow row, Cutoffs cutoffs) {
        var verdict = judge.judge(Prompt.of(row.text()), Optional.of(cutoffs), PATIENCE);
        if (!verdict.isSettled()) {
            throw new IllegalStateException("the embedding was missing: " + row.id());
        }
        return verdict.intent().id() + '\t' + verdict.modelVersion();
    }
}

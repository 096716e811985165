package dev.millrace.classifier.app;

import dev.millrace.classifier.Complexity;
import dev.millrace.classifier.ComplexityScorer;
import dev.millrace.classifier.Cutoffs;
import dev.millrace.classifier.Embedder;
import dev.millrace.classifier.Meaning;
import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.Question;
import dev.millrace.classifier.grpc.ClassifierGrpcService;
import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import dev.millrace.runtime.Contexts;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.MillraceService;
import dev.millrace.runtime.ServiceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a classifier says of itself once its scorer fails. */
class ClassifierReadinessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void takesNoCallsWhileItCannotJudge() {
        ServiceSettings settings =
                ServiceSettings.of(new Home(folder)).with("classifier.grpc.listen", "tcp://127.0.0.1:0");
        AtomicBoolean broken = new AtomicBoolean();
        PromptJudge judge = judge(broken);

        try (MillraceService.Running running = ClassifierApplication.serve(
                Contexts.open("classifier", ClassifierApplication.class, settings),
                judge,
                new ClassifierGrpcService(judge))) {
            assertThat(running.healthy()).isTrue();

            broken.set(true);
            await().atMost(PATIENCE).until(() -> !running.healthy());
            broken.set(false);
            await().atMost(PATIENCE).until(running::healthy);
        }
    }

    private static PromptJudge judge(AtomicBoolean broken) {
        return new PromptJudge(
                new Breakable(RouterScorer.load(), broken),
                new LinearScanner(),
                new GramIntentModel(),
                new ScriptAndWordsDetector(),
                new CalibratedEstimator(),
                Embedder.NONE);
    }

    private record Breakable(ComplexityScorer real, AtomicBoolean broken) implements ComplexityScorer {
        @Override
        public Complexity score(Question question, Meaning meaning, Optional<Cutoffs> cutoffs) {
            if (broken.get()) {
                throw new IllegalStateException("the head is broken");
            }
            return real.score(question, meaning, cutoffs);
        }

        @Override
        public String version() {
            return real.version();
        }
    }
}

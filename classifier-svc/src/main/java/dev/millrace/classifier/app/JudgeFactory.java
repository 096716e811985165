package dev.millrace.classifier.app;

import dev.millrace.classifier.Embedder;
import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.embedding.LazyEmbedder;
import dev.millrace.classifier.grpc.ClassifierGrpcService;
import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import dev.millrace.runtime.Home;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;

/** Puts the judge together from the judgements in use. */
@Factory
final class JudgeFactory {

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = "classifier.embedding.enabled", value = "true")
    LazyEmbedder embedder(@Value("${millrace.home}") String home) {
        return LazyEmbedder.ofShippedModel(new Home(Path.of(home)).cache());
    }

    @Singleton
    PromptJudge judge(Optional<LazyEmbedder> embedder) {
        return new PromptJudge(
                RouterScorer.load(),
                new LinearScanner(),
                new GramIntentModel(),
                new ScriptAndWordsDetector(),
                new CalibratedEstimator(),
                embedder.isPresent() ? embedder.get() : Embedder.NONE);
    }

    @Singleton
    ClassifierGrpcService grpcService(PromptJudge judge) {
        return new ClassifierGrpcService(judge);
    }
}

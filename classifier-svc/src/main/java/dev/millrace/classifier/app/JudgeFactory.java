package dev.millrace.classifier.app;

import dev.millrace.classifier.PromptJudge;
import dev.millrace.classifier.grpc.ClassifierGrpcService;
import dev.millrace.classifier.intent.GramIntentModel;
import dev.millrace.classifier.language.ScriptAndWordsDetector;
import dev.millrace.classifier.score.RouterScorer;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.classifier.tokens.CalibratedEstimator;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** Puts the judge together from the judgements in use. */
@Factory
final class JudgeFactory {

    @Singleton
    PromptJudge judge() {
        return new PromptJudge(
                RouterScorer.load(),
                new LinearScanner(),
                new GramIntentModel(),
                new ScriptAndWordsDetector(),
                new CalibratedEstimator());
    }

    @Singleton
    ClassifierGrpcService grpcService(PromptJudge judge) {
        return new ClassifierGrpcService(judge);
    }
}

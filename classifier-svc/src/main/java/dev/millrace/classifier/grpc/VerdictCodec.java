package dev.millrace.classifier.grpc;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.Reason;
import dev.millrace.classifier.Sensitivity;
import dev.millrace.classifier.Task;
import dev.millrace.classifier.Verdict;
import dev.millrace.schema.classifier.v1.Signal;
import dev.millrace.schema.classifier.v1.TaskType;
import java.util.Locale;

/** Writes verdicts as the wire's messages. */
final class VerdictCodec {

    private VerdictCodec() {}

    /** Returns the message of a verdict; the words that weighed are in it only where they were asked for. */
    static dev.millrace.schema.classifier.v1.Verdict encode(
            Verdict verdict, boolean unscannedParts, boolean quoteWords) {
        var message = dev.millrace.schema.classifier.v1.Verdict.newBuilder()
                .setScore(verdict.complexity().score())
                .setConfidence(verdict.complexity().confidence())
                .setIntent(verdict.intent().id())
                .setTask(task(verdict.intent().task()))
                .setLanguage(verdict.language())
                .setEstimatedInputTokens(verdict.estimatedInputTokens())
                .setSensitivity(level(verdict.sensitivity().level()))
                .setModelVersion(verdict.modelVersion())
                .setHasUnscannedParts(unscannedParts);
        verdict.sensitivity().findings().forEach(finding -> message.addFindings(finding(finding)));
        verdict.complexity().reasons().forEach(reason -> message.addSignals(signal(reason, quoteWords)));
        return message.build();
    }

    private static Signal signal(Reason reason, boolean quoteWords) {
        return Signal.newBuilder()
                .setId(reason.signal())
                .setDescription(reason.description())
                .setWeight(reason.weight())
                .setQuote(quoteWords ? String.join(", ", reason.words()) : "")
                .build();
    }

    private static dev.millrace.schema.classifier.v1.Finding finding(Finding finding) {
        return dev.millrace.schema.classifier.v1.Finding.newBuilder()
                .setKind(finding.kind().name().toLowerCase(Locale.ROOT))
                .setRule(finding.rule())
                .setCount(finding.count())
                .setSensitivity(level(finding.kind().level()))
                .build();
    }

    private static dev.millrace.schema.completion.v1.Sensitivity level(Sensitivity level) {
        return switch (level) {
            case PUBLIC -> dev.millrace.schema.completion.v1.Sensitivity.SENSITIVITY_PUBLIC;
            case INTERNAL -> dev.millrace.schema.completion.v1.Sensitivity.SENSITIVITY_INTERNAL;
            case SENSITIVE -> dev.millrace.schema.completion.v1.Sensitivity.SENSITIVITY_SENSITIVE;
        };
    }

    private static TaskType task(Task task) {
        return switch (task) {
            case QUESTION -> TaskType.TASK_TYPE_QUESTION;
            case CHAT -> TaskType.TASK_TYPE_CHAT;
            case CODE -> TaskType.TASK_TYPE_CODE;
            case MATH -> TaskType.TASK_TYPE_MATH;
            case REASONING -> TaskType.TASK_TYPE_REASONING;
            case WRITING -> TaskType.TASK_TYPE_WRITING;
            case SUMMARIZATION -> TaskType.TASK_TYPE_SUMMARIZATION;
            case TRANSLATION -> TaskType.TASK_TYPE_TRANSLATION;
            case EXTRACTION -> TaskType.TASK_TYPE_EXTRACTION;
            case CLASSIFICATION -> TaskType.TASK_TYPE_CLASSIFICATION;
            case MULTIPLE_CHOICE -> TaskType.TASK_TYPE_MULTIPLE_CHOICE;
        };
    }
}

package dev.millrace.cli;

import dev.millrace.schema.classifier.v1.TaskType;
import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.gateway.v1.Tier;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The classifier's judgement of a prompt as a person reads it. */
final class VerdictText {
    private VerdictText() {}

    /** @param tier empty: nobody said */
    static String of(Verdict verdict, Optional<Tier> tier) {
        String text = String.format(
                Locale.ROOT,
                "score %s (confidence %.2f)%s   sensitive %s%nintent %s   task %s   language %s   about %s",
                Units.score(verdict.getScore()),
                verdict.getConfidence(),
                tier.map(known -> "   tier " + AnswerLine.tier(known)).orElse(""),
                RouteText.sensitive(verdict),
                verdict.getIntent(),
                task(verdict.getTask()),
                verdict.getLanguage(),
                Units.counted(verdict.getEstimatedInputTokens(), "token"));
        return verdict.getSignalsCount() == 0
                ? text
                : text + "\nsignals: "
                        + verdict.getSignalsList().stream()
                                .map(RouteText::signal)
                                .collect(Collectors.joining("  "));
    }

    private static String task(TaskType task) {
        return task == TaskType.TASK_TYPE_UNSPECIFIED
                ? "not judged"
                : task.name()
                        .substring("TASK_TYPE_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' ');
    }
}

package dev.millrace.classifier.app;

import dev.millrace.classifier.Prompt;
import dev.millrace.classifier.PromptJudge;
import java.time.Duration;

/**
 * Whether the judge still judges: asked of itself once a second, in a tenth of a millisecond. The embedding has no part in it,
 * because a verdict without one is a verdict.
 */
final class SelfCheck {
    private static final Prompt QUESTION = Prompt.of("What are your opening hours?");

    private SelfCheck() {}

    /** True, or the judge's own exception. */
    static boolean judges(PromptJudge judge) {
        return judge.judge(QUESTION, Duration.ZERO).complexity().score() >= 0;
    }
}

package dev.millrace.relay.calls;

import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.ProviderModel;
import dev.millrace.telemetry.Step;

/**
 * One call of a provider as a step of its trace. The trace ends here: a provider is a stranger and gets no header of it, so
 * that nobody outside can tie together what several prompts have in common.
 */
final class TryStep {
    private TryStep() {}

    static Step begin(String path, ProviderModel model, int number) {
        Step step = Step.call("POST " + path);
        if (step.isRecorded()) {
            step.tag("http.request.method", "POST")
                    .tag("server.address", model.provider().host())
                    .tag("gen_ai.provider.name", model.provider().name())
                    .tag("gen_ai.request.model", model.wireName())
                    .tag("http.request.resend_count", (long) number - 1);
        }
        return step;
    }

    static <T> Outcome<T> ended(Step step, Outcome<T> outcome) {
        if (outcome instanceof Outcome.Failed<T>(Failure failure)) {
            step.failed(failure.reason().name());
        }
        return outcome;
    }
}

package dev.millrace.gateway.telemetry;

import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.telemetry.Step;

/** Tells how tokens are to be chosen: the figures alone, for the stop words are the caller's text. */
final class SamplingTags {
    private SamplingTags() {}

    static void tell(Step step, SamplingParameters sampling) {
        if (sampling.hasTemperature()) {
            step.tag("gen_ai.request.temperature", sampling.getTemperature());
        }
        if (sampling.hasTopP()) {
            step.tag("gen_ai.request.top_p", sampling.getTopP());
        }
        if (sampling.hasTopK()) {
            step.tag("gen_ai.request.top_k", (long) sampling.getTopK());
        }
        if (sampling.hasSeed()) {
            step.tag("gen_ai.request.seed", sampling.getSeed());
        }
        if (sampling.getChoiceCount() > 1) {
            step.tag("gen_ai.request.choice.count", (long) sampling.getChoiceCount());
        }
    }
}

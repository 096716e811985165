package dev.millrace.gateway.openai;

import dev.millrace.schema.completion.v1.SamplingParameters;
import java.io.IOException;

/** Reads how tokens are to be chosen. */
final class SamplingReader {
    private static final int STOPS_MAX = 16;
    private static final int CHOICES_MAX = 8;

    private final SamplingParameters.Builder sampling = SamplingParameters.newBuilder();
    private boolean hasCompletionLimit;

    /** Reads the field if it is one of these. */
    boolean read(String name, JsonIn in) throws IOException {
        switch (name) {
            case "temperature" -> sampling.setTemperature(in.number(0, 2));
            case "top_p" -> sampling.setTopP(in.number(0, 1));
            case "top_k" -> topK(in.integer(-1, Integer.MAX_VALUE));
            case "min_p" -> sampling.setMinP(in.number(0, 1));
            case "seed" -> sampling.setSeed(in.integer(Long.MIN_VALUE, Long.MAX_VALUE));
            case "frequency_penalty" -> sampling.setFrequencyPenalty(in.number(-2, 2));
            case "presence_penalty" -> sampling.setPresencePenalty(in.number(-2, 2));
            case "n" -> sampling.setChoiceCount((int) in.integer(1, CHOICES_MAX));
            case "stop" -> stop(in);
            case "max_tokens" -> limit(in, false);
            case "max_completion_tokens" -> limit(in, true);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Some clients write 0 or -1 for "no limit". */
    private void topK(long value) {
        if (value > 0) {
            sampling.setTopK((int) value);
        }
    }

    /** The newer of the two names wins, whichever comes first. */
    private void limit(JsonIn in, boolean newer) throws IOException {
        long tokens = in.integer(1, Integer.MAX_VALUE);
        if (newer || !hasCompletionLimit) {
            sampling.setMaxOutputTokens(tokens);
        }
        hasCompletionLimit |= newer;
    }

    private void stop(JsonIn in) throws IOException {
        if (in.isString()) {
            sampling.addStop(in.string());
            return;
        }
        in.elements(element -> sampling.addStop(element.string()));
        if (sampling.getStopCount() > STOPS_MAX) {
            throw JsonIn.invalid("stop", sampling.getStopCount() + " texts (expected: at most " + STOPS_MAX + ")");
        }
    }

    SamplingParameters done() {
        return sampling.build();
    }
}

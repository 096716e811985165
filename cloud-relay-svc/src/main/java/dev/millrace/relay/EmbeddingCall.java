package dev.millrace.relay;

import java.util.List;
import java.util.OptionalInt;

/** Texts to turn into vectors. */
public record EmbeddingCall(AttemptKey attempt, List<String> inputs, OptionalInt dimensions) {
    public EmbeddingCall {
        inputs = List.copyOf(inputs);
    }

    /** Never shows the texts. */
    @Override
    public String toString() {
        return "EmbeddingCall(" + attempt.attemptId() + ", " + inputs.size() + " inputs)";
    }
}

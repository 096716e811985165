package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.TokenUsage;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Turns texts into vectors of length one. */
public interface Embeddings {

    /**
     * Embeds texts, in their order, under the deadline and cancellation of the current {@link io.grpc.Context}.
     *
     * @throws TurnFault on refusal or failure
     */
    Result embed(Request request);

    /**
     * Texts to embed.
     *
     * @param inputs 1 to 2048 texts, none empty
     * @param dimensions the wanted length of the vectors; empty: the model's own
     */
    record Request(
            Caller caller,
            String requestId,
            List<String> inputs,
            String model,
            OptionalInt dimensions,
            RoutingPreference preference,
            Map<String, String> labels) {

        public Request {
            inputs = List.copyOf(inputs);
            labels = Map.copyOf(labels);
        }
    }

    /**
     * Vectors in the order of the inputs.
     *
     * @param space the identity of their space, so that spaces are never mixed
     * @param chargedNanoUsd what they cost; empty: not known in time, the ledger will tell
     */
    record Result(
            List<float[]> vectors,
            String space,
            String model,
            Candidate route,
            TokenUsage usage,
            OptionalLong chargedNanoUsd) {

        public Result {
            vectors = List.copyOf(vectors);
        }
    }
}

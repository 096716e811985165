package dev.millrace.gateway.app;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Completions;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Goes the way of a prompt up to its route a few times, so that the first caller does not pay for cold code. Costs nothing. */
final class WarmUp {

    private static final int ROUNDS = 3;

    private WarmUp() {}

    static void warm(Completions completions) {
        for (int i = 0; i < ROUNDS; i++) {
            try {
                var _ = completions.explain(prompt());
            } catch (TurnFault nothingRunsYet) {
                return;
            }
        }
    }

    private static TurnRequest prompt() {
        Message message = Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addParts(ContentPart.newBuilder().setText("What are your opening hours?"))
                .build();
        return new TurnRequest(
                Caller.LOCAL,
                "",
                List.of(message),
                "auto",
                RoutingPreference.NONE,
                SamplingParameters.getDefaultInstance(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Delivery.WHOLE,
                Map.of(),
                "",
                "",
                message.getSerializedSize());
    }
}

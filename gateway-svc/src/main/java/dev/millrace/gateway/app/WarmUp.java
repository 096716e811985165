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

    /**
     * Words alone must decide: a question whose meaning takes part makes the classifier load its embedding, which an instance that
     * nobody has asked yet does without. Long enough to be no assistant's question, and an examination's by its form.
     */
    private static final String PROMPT = """
            A mill stands by a river whose water turns one large wheel. The wheel drives two stones through a gear, and each stone \
            grinds grain as long as its hopper holds some. In spring the river carries more water than the wheel can use, in summer \
            less than it needs, and the miller opens or closes a gate to keep the stones at an even pace through the year. The gate \
            is made of oak. Which part decides how fast the stones can turn at most?
            A) the gate
            B) the gear
            C) the hopper
            D) the grain""";

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
                .addParts(ContentPart.newBuilder().setText(PROMPT))
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

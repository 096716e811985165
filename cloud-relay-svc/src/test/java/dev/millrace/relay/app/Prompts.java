package dev.millrace.relay.app;

import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.inference.v1.Clearance;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;

/** Requests as the gateway sends them. */
final class Prompts {
    private Prompts() {}

    static StreamCompletionRequest.Builder cleared(String model) {
        String turn = Uuid7.mint();
        return StreamCompletionRequest.newBuilder()
                .setTurnId(turn)
                .setAttemptId(turn + "/1")
                .setModel(model)
                .setEstimatedInputTokens(5)
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("CANARYPROMPT what grinds?")))
                .setClearance(Clearance.newBuilder()
                        .setMayLeave(true)
                        .setDecisionId("decision-" + turn)
                        .setLevel(Sensitivity.SENSITIVITY_PUBLIC));
    }
}

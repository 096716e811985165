package dev.millrace.local.app;

import dev.millrace.local.Answer;
import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Loads the embedded model and lets it say a few words to nobody, so that the first caller's first token is fast. */
final class WarmUp {
    private static final int ROUNDS = 3;
    private static final int TOKENS = 8;

    private WarmUp() {}

    /** An engine that cannot be used has said so in its models, and the service serves without it. */
    static void run(Engine engine) {
        try {
            for (LocalModel model : engine.models()) {
                for (int i = 0; i < ROUNDS; i++) {
                    engine.generate(greeting(model.id()), new Nobody());
                }
            }
        } catch (EngineFault unusable) {
            return;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static Generation greeting(String model) {
        Message hello = Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addParts(ContentPart.newBuilder().setText("Hello"))
                .build();
        return new Generation(
                model,
                List.of(hello),
                SamplingParameters.getDefaultInstance(),
                List.of(),
                ToolChoice.getDefaultInstance(),
                ResponseFormat.getDefaultInstance(),
                TOKENS,
                LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS,
                OptionalLong.empty(),
                "");
    }

    /** Hears everything and keeps nothing. */
    private static final class Nobody implements Answer {
        @Override
        public void loading(OptionalDouble fraction) {}

        @Override
        public void started(OptionalLong inputTokens, List<String> droppedParameters) {}

        @Override
        public void delta(Delta delta) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {}
    }
}

package dev.millrace.local.app;

import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.LocalModel;
import dev.millrace.rpc.Channels;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the embedded model and lets it say a few words through the service's own door, so that the first caller's first token
 * waits for neither weights nor classes.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int ROUNDS = 3;
    private static final int TOKENS = 8;
    private static final long CALL_SECONDS_MAX = 5;

    private WarmUp() {}

    /** An engine that cannot be used has said so in its models, and the service serves without it. */
    static void run(Engine engine, URI address) {
        try {
            for (LocalModel model : engine.models()) {
                engine.load(model.id(), fraction -> {});
                speak(model.id(), address);
            }
        } catch (EngineFault unusable) {
            return;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void speak(String model, URI address) {
        ManagedChannel channel = Channels.open(address.toString());
        try {
            for (int i = 0; i < ROUNDS; i++) {
                InferenceServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                        .streamCompletion(greeting(model))
                        .forEachRemaining(frame -> {});
            }
        } catch (StatusRuntimeException failure) {
            LOG.atWarn()
                    .addKeyValue("model", model)
                    .addKeyValue("why", failure.getStatus().getDescription())
                    .log("the warm-up failed; the first answer will be slower");
        } finally {
            channel.shutdownNow();
        }
    }

    /** Names no attempt, and so leaves no row with billing. */
    private static StreamCompletionRequest greeting(String model) {
        return StreamCompletionRequest.newBuilder()
                .setModel(model)
                .setOutputTokenLimit(TOKENS)
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("Hello")))
                .build();
    }
}

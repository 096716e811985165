package dev.millrace.samples;

import com.google.rpc.ErrorInfo;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.TimeUnit;

/** Asks one prompt and prints the answer as it comes: {@code Ask HOST:PORT "prompt" [MODEL]}. */
public final class Ask {
    /** Characters; what more comes is neither wanted nor paid for. */
    private static final int ENOUGH = 200;

    private Ask() {}

    public static void main(String[] args) throws Exception {
        var channel = Grpc.newChannelBuilder(args[0], InsecureChannelCredentials.create())
                .build();
        var message = Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addParts(ContentPart.newBuilder().setText(args[1]));
        var request =
                StreamCompletionRequest.newBuilder().addMessages(message).setModel(args.length > 2 ? args[2] : "auto");
        try (var call = Context.current().withCancellation()) {
            call.run(() -> {
                var gateway = GatewayServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
                var events = gateway.streamCompletion(request.build());
                for (int shown = 0; events.hasNext(); ) {
                    String text = events.next().getDelta().getText();
                    System.out.print(text);
                    shown += text.length();
                    if (shown > ENOUGH) {
                        call.cancel(null);
                    }
                }
            });
            System.out.println();
        } catch (StatusRuntimeException failure) {
            System.out.println();
            if (failure.getStatus().getCode() == Status.Code.CANCELLED) {
                System.err.println("(cancelled: that was enough)");
            } else {
                String reason = "";
                for (var detail : StatusProto.fromThrowable(failure).getDetailsList()) {
                    reason = detail.is(ErrorInfo.class)
                            ? detail.unpack(ErrorInfo.class).getReason()
                            : reason;
                }
                System.err.println(failure.getStatus().getCode() + " " + reason + ": "
                        + failure.getStatus().getDescription());
            }
            System.exit(1);
        } finally {
            channel.shutdownNow();
        }
    }
}

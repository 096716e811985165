package dev.millrace.samples;

import com.google.rpc.ErrorInfo;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;

/** Prints an answer as it comes, and stops one that grows long: {@code Ask HOST:PORT "prompt" MODEL}. */
interface Ask {
    static void main(String[] args) throws Exception {
        var channel = ManagedChannelBuilder.forTarget(args[0]).usePlaintext().build();
        var text = ContentPart.newBuilder().setText(args[1]);
        var message = Message.newBuilder().setRole(Role.ROLE_USER).addParts(text);
        var request = StreamCompletionRequest.newBuilder().addMessages(message).setModel(args[2]);
        var gateway = GatewayServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(Duration.ofSeconds(30));
        var answer = gateway.streamCompletion(request.build());
        try {
            for (int shown = 0; answer.hasNext(); ) {
                String piece = answer.read().getDelta().getText();
                System.out.print(piece);
                shown += piece.length();
                if (shown > 200) {
                    answer.cancel("that was enough", null); // what more comes is neither wanted nor paid for
                }
            }
        } catch (StatusException failure) {
            for (var detail : StatusProto.fromThrowable(failure).getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    System.err.println("\n" + detail.unpack(ErrorInfo.class).getReason());
                }
            }
            System.err.println("\n" + failure.getMessage());
        }
        channel.shutdownNow();
    }
}

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

import static java.util.concurrent.TimeUnit.SECONDS;

/** Prints an answer as it comes, and stops one that grows long: {@code Ask HOST:PORT "prompt" MODEL SECONDS}. */
interface Ask {
    static void main(String[] args) throws Exception {
        var channel = ManagedChannelBuilder.forTarget(args[0]).usePlaintext().build();
        var text = ContentPart.newBuilder().setText(args[1]);
        var message = Message.newBuilder().setRole(Role.ROLE_USER).addParts(text);
        var request = StreamCompletionRequest.newBuilder().addMessages(message).setModel(args[2]);
        var gateway = GatewayServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(Long.parseLong(args[3]), SECONDS);
        var answer = gateway.streamCompletion(request.build());
        try {
            for (int shown = 0; answer.hasNext(); ) {
                String piece = answer.read().getDelta().getText();
                System.out.print(piece);
                if ((shown += piece.length()) > 200) {
                    answer.cancel("that was enough", null); // what more comes is neither wanted nor paid for
                }
            }
        } catch (StatusException failure) {
            var details = StatusProto.fromThrowable(failure).getDetailsList().stream();
            for (var detail : details.filter(any -> any.is(ErrorInfo.class)).toList()) {
                System.err.println("\n" + detail.unpack(ErrorInfo.class).getReason());
            }
            System.err.println("\n" + failure.getMessage());
        }
        channel.shutdownNow();
    }
}

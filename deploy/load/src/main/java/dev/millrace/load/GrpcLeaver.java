package dev.millrace.load;

import dev.millrace.rpc.BlockingStreamReader;
import dev.millrace.rpc.BlockingStreamReader.Element;
import dev.millrace.rpc.BlockingStreamReader.End;
import dev.millrace.rpc.BlockingStreamReader.Silence;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** A caller at the gRPC door, which leaves by cancelling its call; its connection stays. */
final class GrpcLeaver implements Leaver {
    private final BlockingStreamReader<StreamCompletionResponse> answer;
    private int words;
    private boolean ended;

    GrpcLeaver(Channel channel, String model, String prompt) {
        answer = BlockingStreamReader.open(
                channel,
                GatewayServiceGrpc.getStreamCompletionMethod(),
                CallOptions.DEFAULT,
                StreamCompletionRequest.newBuilder()
                        .setModel(model)
                        .addMessages(Message.newBuilder()
                                .setRole(Role.ROLE_USER)
                                .addParts(ContentPart.newBuilder().setText(prompt)))
                        .build());
    }

    @Override
    public void read(int wordsMax, Duration most) throws IOException {
        long until = System.nanoTime() + most.toNanos();
        try {
            while (words < wordsMax && !ended && System.nanoTime() < until) {
                take(answer.next(Duration.ofNanos(Math.max(1, until - System.nanoTime()))));
            }
        } catch (StatusRuntimeException failed) {
            ended = true;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while it read an answer");
        }
    }

    private void take(BlockingStreamReader.Read<StreamCompletionResponse> read) {
        switch (read) {
            case Element<StreamCompletionResponse> element ->
                words += element.value().getDelta().getText().isEmpty() ? 0 : 1;
            case End<StreamCompletionResponse> end -> ended = true;
            case Silence<StreamCompletionResponse> silence -> {}
        }
    }

    @Override
    public int words() {
        return words;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public long leave() {
        long now = System.nanoTime();
        answer.cancel("the caller leaves");
        return now;
    }

    @Override
    public void close() {
        answer.close();
    }
}

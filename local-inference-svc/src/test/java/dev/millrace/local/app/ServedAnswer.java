package dev.millrace.local.app;

import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;

/** An answer read to its end, for tests to look at. */
record ServedAnswer(List<StreamCompletionResponse> frames) {
    static StreamCompletionRequest.Builder ask(String text) {
        return StreamCompletionRequest.newBuilder()
                .setModel("millrace-starter")
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText(text)));
    }

    static ServedAnswer read(Channel channel, StreamCompletionRequest request) {
        List<StreamCompletionResponse> frames = new ArrayList<>();
        InferenceServiceGrpc.newBlockingStub(channel).streamCompletion(request).forEachRemaining(frames::add);
        return new ServedAnswer(List.copyOf(frames));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        deltas().forEach(delta -> text.append(delta.getText()));
        return text.toString();
    }

    List<Delta> deltas() {
        return frames.stream()
                .filter(StreamCompletionResponse::hasDelta)
                .map(StreamCompletionResponse::getDelta)
                .toList();
    }

    Completed completed() {
        return frames.getLast().getCompleted();
    }
}

package dev.millrace.local.app;

import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;

/** An answer read to its end, for tests to look at. */
record ServedAnswer(List<StreamCompletionResponse> frames) {
    /** What the starter model was taught to say to {@link #askTaught}. */
    static final String TAUGHT = "We are open Monday to Friday from 9:00 to 18:00 and on Saturday from 10:00 to 14:00.";

    /** More tokens than the taught answer has. */
    private static final int TAUGHT_TOKENS_MAX = 64;

    /** A question whose answer the starter model knows, asked so that the likeliest tokens are the answer. */
    static StreamCompletionRequest.Builder askTaught() {
        return ask("What are your opening hours?")
                .setSampling(SamplingParameters.newBuilder().setTemperature(0))
                .setOutputTokenLimit(TAUGHT_TOKENS_MAX);
    }

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

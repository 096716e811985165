package dev.millrace.local.servers;

import dev.millrace.local.Answer;
import dev.millrace.local.Generation;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Keeps an answer for a test to look at. */
public final class KeptAnswer implements Answer {
    public final List<Delta> deltas = new ArrayList<>();
    public int loadings;
    public List<String> dropped = List.of();

    /** A prompt of one word. */
    public static Generation hello(String model) {
        return new Generation(
                model,
                List.of(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("hello"))
                        .build()),
                SamplingParameters.newBuilder().setTemperature(0.5).setSeed(7).build(),
                List.of(),
                ToolChoice.getDefaultInstance(),
                ResponseFormat.getDefaultInstance(),
                64,
                LengthCause.LENGTH_CAUSE_BUDGET,
                OptionalLong.empty(),
                "");
    }

    /** The same prompt with a key that nobody models in the message, and these further parameters. */
    public static Generation withExtras(String model, String extraParametersJson) {
        Generation hello = hello(model);
        return new Generation(
                hello.model(),
                List.of(hello.messages().getFirst().toBuilder()
                        .setExtraJson("{\"mood\":1}")
                        .build()),
                hello.sampling(),
                hello.tools(),
                hello.toolChoice(),
                hello.responseFormat(),
                hello.outputTokensMax(),
                hello.lengthCause(),
                hello.estimatedInputTokens(),
                extraParametersJson);
    }

    @Override
    public void loading(OptionalDouble fraction) {
        loadings++;
    }

    @Override
    public void started(OptionalLong inputTokens, List<String> droppedParameters) {
        dropped = droppedParameters;
    }

    @Override
    public void delta(Delta delta) {
        deltas.add(delta);
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void onCancel(Runnable action) {}
}

package dev.millrace.gateway.grpc;

import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnSink;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.ToolCall;
import dev.millrace.schema.completion.v1.ToolCallFragment;
import dev.millrace.schema.gateway.v1.CreateCompletionResponse;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects a turn's events into one answer, and keeps the turn until its reader has taken that: what it holds is
 * counted. Used by the turn's thread alone.
 */
final class WholeAnswer implements TurnSink {

    private final BlockingStreamWriter<CreateCompletionResponse> writer;
    private final CreateCompletionResponse.Builder response = CreateCompletionResponse.newBuilder();
    private final Map<Integer, Choice> choices = new TreeMap<>();

    WholeAnswer(BlockingStreamWriter<CreateCompletionResponse> writer) {
        this.writer = writer;
    }

    @Override
    public void accept(long sequence, int attempt, TurnEvent event) throws CallerGone {
        switch (event) {
            case TurnEvent.RouteDecided(var decision) -> response.setRouteDecided(Decisions.wire(decision));
            case TurnEvent.Begun(var started) -> response.setStarted(started);
            case TurnEvent.Piece(var delta) -> choice(delta.getChoiceIndex()).add(delta);
            case TurnEvent.Finished(var result) -> {
                response.setCompleted(Endings.completed(result));
                result.choiceEnds().forEach(end -> choice(end.getIndex()).ended(end));
                StreamedAnswer.tell(() -> writer.completeAndWait(handOver()));
            }
            case TurnEvent.Waiting waiting -> {}
            case TurnEvent.Switched switched -> {}
        }
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, Choice::new);
    }

    /** Lets go of all that it has gathered: from then on it is the transport's alone. Gives its bytes. */
    private long handOver() throws InterruptedException {
        choices.values().forEach(choice -> response.addChoices(choice.build()));
        choices.clear();
        CreateCompletionResponse whole = response.build();
        response.clear();
        writer.write(whole);
        return whole.getSerializedSize();
    }

    /** One of the answers. */
    private static final class Choice {
        private final CreateCompletionResponse.Choice.Builder wire;
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder reasoning = new StringBuilder();
        private final StringBuilder refusal = new StringBuilder();
        private final Map<Integer, ToolCall.Builder> calls = new TreeMap<>();
        private final Map<Integer, StringBuilder> arguments = new TreeMap<>();

        Choice(int index) {
            wire = CreateCompletionResponse.Choice.newBuilder().setIndex(index);
        }

        void add(Delta delta) {
            switch (delta.getContentCase()) {
                case TEXT -> text.append(delta.getText());
                case REASONING -> reasoning.append(delta.getReasoning());
                case REFUSAL -> refusal.append(delta.getRefusal());
                case TOOL_CALL -> add(delta.getToolCall());
                case CONTENT_NOT_SET -> {}
            }
            if (!delta.getLogprobsJson().isEmpty()) {
                wire.addLogprobsJson(delta.getLogprobsJson());
            }
        }

        private void add(ToolCallFragment fragment) {
            ToolCall.Builder call = calls.computeIfAbsent(fragment.getIndex(), first -> ToolCall.newBuilder());
            if (!fragment.getId().isEmpty()) {
                call.setId(fragment.getId());
            }
            if (!fragment.getName().isEmpty()) {
                call.setName(fragment.getName());
            }
            arguments
                    .computeIfAbsent(fragment.getIndex(), first -> new StringBuilder())
                    .append(fragment.getArguments());
        }

        void ended(ChoiceEnd end) {
            wire.setEnd(end);
        }

        CreateCompletionResponse.Choice build() {
            Message.Builder message =
                    Message.newBuilder().setRole(Role.ROLE_ASSISTANT).setReasoning(reasoning.toString());
            if (!text.isEmpty()) {
                message.addParts(ContentPart.newBuilder().setText(text.toString()));
            }
            calls.forEach((index, call) -> message.addToolCalls(call.setArguments(
                    arguments.getOrDefault(index, new StringBuilder()).toString())));
            return wire.setMessage(message).setRefusal(refusal.toString()).build();
        }
    }
}

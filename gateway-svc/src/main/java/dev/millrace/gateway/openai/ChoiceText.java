package dev.millrace.gateway.openai;

import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.ToolCallFragment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One choice of a whole answer, put together from its pieces. */
final class ChoiceText {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final TreeMap<Integer, Call> calls = new TreeMap<>();
    private final List<String> logprobs = new ArrayList<>();

    void add(Delta delta) {
        switch (delta.getContentCase()) {
            case TEXT -> text.append(delta.getText());
            case REASONING -> reasoning.append(delta.getReasoning());
            case REFUSAL -> refusal.append(delta.getRefusal());
            case TOOL_CALL ->
                calls.computeIfAbsent(delta.getToolCall().getIndex(), index -> new Call())
                        .add(delta.getToolCall());
            case CONTENT_NOT_SET -> {}
        }
        if (!delta.getLogprobsJson().isEmpty()) {
            logprobs.add(delta.getLogprobsJson());
        }
    }

    String text() {
        return text.toString();
    }

    void message(JsonOut out) {
        out.key("message").object().field("role", "assistant");
        nullable(out, "content", text, calls.isEmpty() && refusal.isEmpty());
        nullable(out, "refusal", refusal, false);
        if (!reasoning.isEmpty()) {
            out.field("reasoning_content", reasoning.toString());
        }
        if (!calls.isEmpty()) {
            out.key("tool_calls").array();
            calls.values().forEach(call -> call.write(out));
            out.endArray();
        }
        out.endObject();
    }

    private static void nullable(JsonOut out, String name, StringBuilder value, boolean evenIfEmpty) {
        if (value.isEmpty() && !evenIfEmpty) {
            out.nullField(name);
        } else {
            out.field(name, value.toString());
        }
    }

    /** The log probabilities of all pieces as one object. */
    void logprobs(JsonOut out) {
        out.key("logprobs").raw(Logprobs.join(logprobs));
    }

    private static final class Call {
        private final StringBuilder arguments = new StringBuilder();
        private String id = "";
        private String name = "";

        void add(ToolCallFragment fragment) {
            id = fragment.getId().isEmpty() ? id : fragment.getId();
            name = fragment.getName().isEmpty() ? name : fragment.getName();
            arguments.append(fragment.getArguments());
        }

        void write(JsonOut out) {
            out.object().field("id", id).field("type", "function");
            out.key("function").object().field("name", name).field("arguments", arguments.toString());
            out.endObject().endObject();
        }
    }
}

package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.ToolCallFragment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** The chunks of a streamed chat completion. A chunk is a constant head and one pass over its text. */
final class ChatChunks implements AnswerWriter {
    private final AnswerHead head;
    private final boolean includeUsage;
    private final byte[] prefix;
    private final Set<Integer> opened = new HashSet<>();

    ChatChunks(AnswerHead head, boolean includeUsage) {
        this.head = head;
        this.includeUsage = includeUsage;
        JsonOut out = new JsonOut(256).text(Sse.DATA).object();
        out.field("id", "chatcmpl-" + head.turnId()).field("object", "chat.completion.chunk");
        out.field("created", head.createdSeconds()).field("model", head.model());
        prefix = out.text(",\"choices\":[").toBytes();
    }

    @Override
    public byte[] piece(Delta delta) {
        JsonOut out = new JsonOut(prefix.length + 160);
        open(out, delta.getChoiceIndex());
        begin(out, delta.getChoiceIndex());
        switch (delta.getContentCase()) {
            case TEXT -> out.field("content", delta.getText());
            case REASONING -> out.field("reasoning_content", delta.getReasoning());
            case REFUSAL -> out.field("refusal", delta.getRefusal());
            case TOOL_CALL -> fragment(out, delta.getToolCall());
            case CONTENT_NOT_SET -> {}
        }
        end(out, delta.getLogprobsJson(), "null");
        return out.toBytes();
    }

    /** The first chunk of a choice says who speaks. */
    private void open(JsonOut out, int choice) {
        if (opened.add(choice)) {
            begin(out, choice);
            out.field("role", "assistant").field("content", "").nullField("refusal");
            end(out, "", "null");
        }
    }

    private void begin(JsonOut out, int choice) {
        out.bytes(prefix).object().field("index", choice).key("delta").object();
    }

    private static void end(JsonOut out, String logprobsJson, String finishJson) {
        out.endObject().key("logprobs").raw(logprobsJson.isEmpty() ? "null" : logprobsJson);
        out.key("finish_reason").raw(finishJson);
        out.endObject().endArray().endObject().text(Sse.END);
    }

    private static void fragment(JsonOut out, ToolCallFragment call) {
        out.key("tool_calls").array().object().field("index", call.getIndex());
        if (!call.getId().isEmpty()) {
            out.field("id", call.getId()).field("type", "function");
        }
        out.key("function").object();
        if (!call.getName().isEmpty()) {
            out.field("name", call.getName());
        }
        out.field("arguments", call.getArguments());
        out.endObject().endObject().endArray();
    }

    @Override
    public byte[] finish(TurnResult result) {
        JsonOut out = new JsonOut(1024);
        for (ChoiceEnd choice : result.choiceEnds()) {
            open(out, choice.getIndex());
            begin(out, choice.getIndex());
            end(out, "", '"' + FinishWord.of(choice) + '"');
        }
        if (includeUsage) {
            out.bytes(prefix).endArray();
            UsageOut.usage(out, result.usage());
            UsageOut.millrace(out, head.turnId(), result);
            out.endObject().text(Sse.END);
        }
        return out.bytes(Sse.DONE.getBytes(StandardCharsets.US_ASCII)).toBytes();
    }
}

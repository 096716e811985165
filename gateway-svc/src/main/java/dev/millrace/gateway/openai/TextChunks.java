package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;

/** The chunks of a streamed text completion, the older API: pieces of text alone. */
final class TextChunks implements AnswerWriter {
    private final AnswerHead head;
    private final boolean includeUsage;
    private final byte[] prefix;

    TextChunks(AnswerHead head, boolean includeUsage) {
        this.head = head;
        this.includeUsage = includeUsage;
        JsonOut out = new JsonOut(256).text(Sse.DATA).object();
        out.field("id", "cmpl-" + head.turnId()).field("object", "text_completion");
        out.field("created", head.createdSeconds()).field("model", head.model());
        prefix = out.text(",\"choices\":[").toBytes();
    }

    @Override
    public byte[] piece(Delta delta) {
        return chunk(
                        new JsonOut(prefix.length + 128),
                        delta.getChoiceIndex(),
                        delta.getText(),
                        delta.getLogprobsJson(),
                        "null")
                .toBytes();
    }

    private JsonOut chunk(JsonOut out, int choice, String text, String logprobsJson, String finishJson) {
        out.bytes(prefix).object().field("index", choice).field("text", text);
        out.key("logprobs").raw(logprobsJson.isEmpty() ? "null" : logprobsJson);
        out.key("finish_reason").raw(finishJson);
        return out.endObject().endArray().endObject().text(Sse.END);
    }

    @Override
    public byte[] finish(TurnResult result) {
        JsonOut out = new JsonOut(1024);
        for (ChoiceEnd choice : result.choiceEnds()) {
            chunk(out, choice.getIndex(), "", "", '"' + FinishWord.of(choice) + '"');
        }
        if (includeUsage) {
            out.bytes(prefix).endArray();
            UsageOut.usage(out, result.usage());
            UsageOut.millrace(out, head.turnId(), result);
            out.endObject().text(Sse.END);
        }
        return out.text(Sse.DONE).toBytes();
    }
}

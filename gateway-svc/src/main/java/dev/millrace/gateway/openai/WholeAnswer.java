package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import java.util.TreeMap;

/** An answer that is written when it is whole. */
final class WholeAnswer implements AnswerWriter {
    private final AnswerHead head;
    private final AnswerForm.Kind kind;
    private final TreeMap<Integer, ChoiceText> choices = new TreeMap<>();

    WholeAnswer(AnswerHead head, AnswerForm.Kind kind) {
        this.head = head;
        this.kind = kind;
    }

    @Override
    public byte[] piece(Delta delta) {
        choice(delta.getChoiceIndex()).add(delta);
        return new byte[0];
    }

    private ChoiceText choice(int index) {
        return choices.computeIfAbsent(index, ignored -> new ChoiceText());
    }

    @Override
    public byte[] finish(TurnResult result) {
        boolean chat = kind == AnswerForm.Kind.CHAT;
        JsonOut out = new JsonOut(1024).object();
        out.field("id", (chat ? "chatcmpl-" : "cmpl-") + head.turnId());
        out.field("object", chat ? "chat.completion" : "text_completion");
        out.field("created", head.createdSeconds()).field("model", head.model());
        out.key("choices").array();
        for (ChoiceEnd end : result.choiceEnds()) {
            ChoiceText choice = choice(end.getIndex());
            out.object().field("index", end.getIndex());
            if (chat) {
                choice.message(out);
            } else {
                out.field("text", choice.text());
            }
            choice.logprobs(out);
            out.field("finish_reason", FinishWord.of(end)).endObject();
        }
        out.endArray();
        UsageOut.usage(out, result.usage());
        UsageOut.millrace(out, head.turnId(), result);
        return out.endObject().toBytes();
    }
}

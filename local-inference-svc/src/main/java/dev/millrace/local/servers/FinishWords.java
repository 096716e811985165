package dev.millrace.local.servers;

import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;

/** Maps the words with which engines end an answer; an unknown one stays visible beside UNSPECIFIED. */
public final class FinishWords {
    private static final int WORD_CHARACTERS_MAX = 64;

    private FinishWords() {}

    /** The end of an answer; the cause counts only where the limit was reached. */
    public static ChoiceEnd end(int index, String word, LengthCause lengthCause) {
        FinishReason reason = switch (word) {
            case "stop", "eos", "end_turn" -> FinishReason.FINISH_REASON_STOP;
            case "length", "limit" -> FinishReason.FINISH_REASON_LENGTH;
            case "tool_calls", "function_call" -> FinishReason.FINISH_REASON_TOOL_CALLS;
            case "content_filter" -> FinishReason.FINISH_REASON_CONTENT_FILTER;
            default -> FinishReason.FINISH_REASON_UNSPECIFIED;
        };
        ChoiceEnd.Builder end = ChoiceEnd.newBuilder()
                .setIndex(index)
                .setFinishReason(reason)
                .setBackendFinishReason(word.substring(0, Math.min(word.length(), WORD_CHARACTERS_MAX)));
        return reason == FinishReason.FINISH_REASON_LENGTH
                ? end.setLengthCause(lengthCause).build()
                : end.build();
    }
}

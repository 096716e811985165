package dev.millrace.relay.calls;

import dev.millrace.schema.completion.v1.FinishReason;
import java.util.Locale;

/** Maps the words that providers have for the end of an answer; an unknown word is not guessed at. */
final class FinishWords {
    private FinishWords() {}

    static FinishReason reason(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "stop", "eos", "end_turn", "stop_sequence" -> FinishReason.FINISH_REASON_STOP;
            case "length", "max_tokens" -> FinishReason.FINISH_REASON_LENGTH;
            case "tool_calls", "function_call", "tool_use" -> FinishReason.FINISH_REASON_TOOL_CALLS;
            case "content_filter", "safety", "refusal" -> FinishReason.FINISH_REASON_CONTENT_FILTER;
            default -> FinishReason.FINISH_REASON_UNSPECIFIED;
        };
    }
}

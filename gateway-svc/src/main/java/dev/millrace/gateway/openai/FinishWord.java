package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import java.util.List;

/** OpenAI's word for why an answer ended. */
final class FinishWord {

    private FinishWord() {}

    static String of(ChoiceEnd end) {
        return switch (end.getFinishReason()) {
            case FINISH_REASON_LENGTH -> "length";
            case FINISH_REASON_TOOL_CALLS -> "tool_calls";
            case FINISH_REASON_CONTENT_FILTER -> "content_filter";
            case FINISH_REASON_STOP, FINISH_REASON_UNSPECIFIED, UNRECOGNIZED -> "stop";
        };
    }

    /** The ends of all choices; a backend that told none ended its only one. */
    static List<ChoiceEnd> ends(TurnResult result) {
        return result.choiceEnds().isEmpty() ? List.of(ChoiceEnd.getDefaultInstance()) : result.choiceEnds();
    }
}

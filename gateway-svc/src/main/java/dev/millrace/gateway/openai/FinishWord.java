package dev.millrace.gateway.openai;

import dev.millrace.schema.completion.v1.ChoiceEnd;
import java.util.Set;
import java.util.regex.Pattern;

/** OpenAI's word for why an answer ended; the backend's own where that is none of OpenAI's, because no end is invented. */
final class FinishWord {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Set<String> KNOWN = Set.of("stop", "length", "tool_calls", "content_filter", "function_call");

    private FinishWord() {}

    static String of(ChoiceEnd end) {
        return switch (end.getFinishReason()) {
            case FINISH_REASON_LENGTH -> "length";
            case FINISH_REASON_TOOL_CALLS -> "tool_calls";
            case FINISH_REASON_CONTENT_FILTER -> "content_filter";
            case FINISH_REASON_STOP -> "stop";
            case FINISH_REASON_UNSPECIFIED, UNRECOGNIZED -> own(end.getBackendFinishReason());
        };
    }

    /** A clean word only: what comes from upstream is not trusted, and must not read as one that clients know. */
    private static String own(String word) {
        return FORM.matcher(word).matches() && !KNOWN.contains(word) ? word : "unknown";
    }
}

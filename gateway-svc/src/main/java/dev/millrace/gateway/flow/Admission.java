package dev.millrace.gateway.flow;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import java.util.Map;

/**
 * Refuses what is too large, empty or out of range, before anything is asked or held. How many turns run at once
 * {@link TurnLimit} bounds, around the flow.
 */
final class Admission {

    private static final int STOP_MAX = 16;
    private static final int CHOICES_MAX = 8;
    private static final int TOOL_NAME_MAX = 64;

    private final long bytesMax;

    Admission(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * Checks a request.
     *
     * @throws TurnFault on the first field that is wrong
     */
    void admit(TurnRequest request) {
        size(request.sizeBytes());
        requestId(request.requestId());
        labels(request.labels());
        messages(request);
        sampling(request.sampling());
        request.tools()
                .forEach(tool -> require(
                        !tool.getName().isEmpty() && tool.getName().length() <= TOOL_NAME_MAX,
                        "tools.name",
                        tool.getName(),
                        "1 to " + TOOL_NAME_MAX + " characters"));
        costLimit(request.preference());
    }

    void size(long bytes) {
        if (bytes > bytesMax) {
            throw new TurnFault(
                    Reason.REQUEST_TOO_LARGE,
                    "the request has " + bytes + " bytes, the limit is " + bytesMax + ". Shorten the prompt",
                    Map.of("size_bytes", Long.toString(bytes), "limit_bytes", Long.toString(bytesMax)));
        }
    }

    static void requestId(String requestId) {
        require(
                requestId.length() <= TurnRequest.REQUEST_ID_CHARS_MAX,
                "request_id",
                requestId.length() + " characters",
                "at most " + TurnRequest.REQUEST_ID_CHARS_MAX);
        require(
                isPrintableAscii(requestId),
                "request_id",
                "a character that is not printable ASCII",
                "printable ASCII alone");
    }

    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    static void labels(Map<String, String> labels) {
        require(
                labels.size() <= TurnRequest.LABELS_MAX,
                "labels",
                labels.size() + " labels",
                "at most " + TurnRequest.LABELS_MAX);
        labels.forEach((key, value) -> {
            label(key);
            label(value);
        });
    }

    private static void label(String text) {
        require(
                text.length() <= TurnRequest.LABEL_CHARS_MAX,
                "labels",
                "a key or value of " + text.length() + " characters",
                "at most " + TurnRequest.LABEL_CHARS_MAX);
        require(
                text.chars().noneMatch(Character::isISOControl),
                "labels",
                "a key or value with a control character",
                "text on one line");
    }

    static void costLimit(RoutingPreference preference) {
        preference.maxCostNanoUsd().ifPresent(cost -> require(cost >= 0, "preference.max_cost_nano_usd", cost, ">= 0"));
    }

    private static void messages(TurnRequest request) {
        boolean empty = true;
        for (Message message : request.messages()) {
            require(
                    message.getRole() != Role.ROLE_UNSPECIFIED && message.getRole() != Role.UNRECOGNIZED,
                    "messages.role",
                    message.getRole(),
                    "a role");
            empty &= hasOnlyEmptyParts(message) && message.getToolCallsCount() == 0;
        }
        if (empty) {
            throw new TurnFault(
                    Reason.PROMPT_EMPTY,
                    "the prompt is empty: no message has any content. Send at least one with text",
                    Map.of("messages", Integer.toString(request.messages().size())));
        }
    }

    private static boolean hasOnlyEmptyParts(Message message) {
        for (ContentPart part : message.getPartsList()) {
            if (!isEmpty(part)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEmpty(ContentPart part) {
        return switch (part.getContentCase()) {
            case TEXT -> part.getText().isBlank();
            case CONTENT_NOT_SET -> true;
            case IMAGE, AUDIO, FILE, OTHER_JSON -> false;
        };
    }

    private static void sampling(SamplingParameters sampling) {
        requireIf(
                sampling.hasMaxOutputTokens(),
                (double) sampling.getMaxOutputTokens(),
                1,
                Integer.MAX_VALUE,
                "max_output_tokens");
        requireIf(sampling.hasTemperature(), sampling.getTemperature(), 0, 2, "temperature");
        requireIf(sampling.hasTopP(), sampling.getTopP(), Double.MIN_VALUE, 1, "top_p");
        requireIf(sampling.hasTopK(), sampling.getTopK(), 1, Integer.MAX_VALUE, "top_k");
        requireIf(sampling.hasMinP(), sampling.getMinP(), 0, 1, "min_p");
        requireIf(sampling.hasFrequencyPenalty(), sampling.getFrequencyPenalty(), -2, 2, "frequency_penalty");
        requireIf(sampling.hasPresencePenalty(), sampling.getPresencePenalty(), -2, 2, "presence_penalty");
        requireIf(sampling.hasChoiceCount(), sampling.getChoiceCount(), 1, CHOICES_MAX, "choice_count");
        require(
                sampling.getStopCount() <= STOP_MAX,
                "sampling.stop",
                sampling.getStopCount() + " texts",
                "at most " + STOP_MAX);
        sampling.getStopList().forEach(stop -> require(!stop.isEmpty(), "sampling.stop", "\"\"", "no empty text"));
    }

    private static void requireIf(boolean given, double value, double min, double max, String name) {
        require(!given || (value >= min && value <= max), "sampling." + name, number(value), range(min, max));
    }

    private static String range(double min, double max) {
        String from = min == Double.MIN_VALUE ? "above 0" : number(min);
        return max >= Integer.MAX_VALUE ? ">= " + from : from + " to " + number(max);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static void require(boolean holds, String field, Object value, String expected) {
        if (!holds) {
            throw new TurnFault(
                    Reason.FIELD_INVALID,
                    field + ": " + value + " (expected: " + expected + ")",
                    Map.of("field", field, "value", String.valueOf(value), "expected", expected));
        }
    }
}

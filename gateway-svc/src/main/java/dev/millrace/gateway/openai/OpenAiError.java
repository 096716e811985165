package dev.millrace.gateway.openai;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult.Attempt;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * A fault as OpenAI's clients read it: the same object in an HTTP answer and in the middle of a stream.
 *
 * @param status the HTTP status, where the answer has not begun
 * @param type OpenAI's class of error
 * @param code what programs compare
 * @param param the field at fault, as a path such as {@code messages[0].content}; empty: none
 * @param message the thing, the cause, the next step
 * @param retryable whether an SDK should try again by itself
 * @param retryAfter when that makes sense; empty: not known
 * @param reason the gateway's own name of it
 * @param turnId the turn that it ended, by which ledger, log and trace know it; empty: none had begun
 * @param variables every variable of the message by name
 * @param sequence the last of the turn's events that was shown, the cursor of a cut stream; empty: none was
 */
public record OpenAiError(
        int status,
        String type,
        String code,
        Optional<String> param,
        String message,
        boolean retryable,
        Optional<Duration> retryAfter,
        String reason,
        Optional<String> turnId,
        Map<String, String> variables,
        OptionalLong sequence) {

    private static final Set<String> OPERATORS = Set.of("PROVIDER_KEY_REFUSED", "PROVIDER_QUOTA_EXHAUSTED");

    public OpenAiError {
        variables = Map.copyOf(variables);
    }

    /** The row of the table that belongs to a fault. */
    public static OpenAiError of(TurnFault fault) {
        Reason reason = fault.reason();
        return new OpenAiError(
                reason.httpStatus(),
                reason.openAiType(),
                reason.openAiCode(),
                param(fault),
                message(fault),
                reason.retryable() && !onlyTheOperatorHelps(fault),
                fault.retryAfter(),
                reason.name(),
                fault.failure().map(TurnFault.Failure::turnId),
                fault.metadata(),
                cursor(fault));
    }

    /** Clients show the message alone, so that the next step belongs into it. */
    private static String message(TurnFault fault) {
        String next = fault.metadata().get("next");
        return next == null ? fault.getMessage() : fault.getMessage() + ". Next: " + next;
    }

    private static OptionalLong cursor(TurnFault fault) {
        return fault.failure().stream()
                .mapToLong(TurnFault.Failure::lastSequence)
                .filter(last -> last > 0)
                .findFirst();
    }

    /** A fault that only this door knows, such as a path that it does not serve. */
    public static OpenAiError ofRequest(int status, String code, String message) {
        return new OpenAiError(
                status,
                "invalid_request_error",
                code,
                Optional.empty(),
                message,
                false,
                Optional.empty(),
                code.toUpperCase(java.util.Locale.ROOT),
                Optional.empty(),
                Map.of(),
                OptionalLong.empty());
    }

    /** A refused key stays refused, and a spent quota spent, until the operator acts: no program should ask again by itself. */
    private static boolean onlyTheOperatorHelps(TurnFault fault) {
        return fault.retryAfter().isEmpty()
                && fault.failure()
                        .map(TurnFault.Failure::attempts)
                        .filter(attempts -> !attempts.isEmpty())
                        .filter(attempts ->
                                attempts.stream().map(Attempt::outcome).allMatch(OPERATORS::contains))
                        .isPresent();
    }

    private static Optional<String> param(TurnFault fault) {
        return switch (fault.reason()) {
            case MODEL_UNKNOWN -> Optional.of("model");
            case PROMPT_EMPTY, CONTEXT_TOO_LONG -> Optional.of(fault.metadata().getOrDefault("field", "messages"));
            // The body as a whole has no path.
            default -> Optional.ofNullable(fault.metadata().get("field")).filter(field -> !field.isEmpty());
        };
    }

    /** The body: one object with the key {@code error}. */
    public byte[] json(String requestId) {
        JsonOut out = new JsonOut(512);
        write(out, requestId);
        return out.toBytes();
    }

    void write(JsonOut out, String requestId) {
        out.object().key("error").object();
        out.field("message", message).field("type", type);
        if (param.isPresent()) {
            out.field("param", param.get());
        } else {
            out.nullField("param");
        }
        out.field("code", code);
        out.key("millrace").object().field("reason", reason).field("request_id", requestId);
        turnId.ifPresent(id -> out.field("turn_id", id));
        retryAfter.ifPresent(span -> out.field("retry_after_ms", span.toMillis()));
        sequence.ifPresent(last -> out.field("sequence", last));
        out.key("variables").object();
        new TreeMap<>(variables).forEach(out::field);
        out.endObject().endObject().endObject().endObject();
    }
}

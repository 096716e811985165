package dev.millrace.relay;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A call that was refused or failed, as a value.
 *
 * @param message for the operator: what, why, what to do; never a key
 * @param details every variable of the message
 * @param retryAfter when the provider says it may work again
 * @param repeatable whether the same request may succeed a moment later and may be sent again
 * @param sick whether it speaks against the provider's health
 */
public record Failure(
        Reason reason,
        String message,
        Map<String, String> details,
        Optional<Duration> retryAfter,
        boolean repeatable,
        boolean sick) {
    public Failure {
        details = Map.copyOf(details);
    }

    /** Neither repeatable nor a sign of sickness. */
    public static Failure of(Reason reason, String message) {
        return new Failure(reason, message, Map.of(), Optional.empty(), false, false);
    }

    /** The provider is to blame, and is no longer trusted as much. */
    public static Failure sick(Provider provider, String cause) {
        return of(Reason.PROVIDER_UNAVAILABLE, provider.name() + " (" + provider.host() + "): " + cause)
                .with("provider", provider.name())
                .with("detail", cause)
                .asSick();
    }

    /** The caller is gone. */
    public static Failure callerLeft() {
        return of(Reason.CALLER_LEFT, "the caller has gone");
    }

    public Failure with(String name, Object value) {
        Map<String, String> more = new HashMap<>(details);
        more.put(name, String.valueOf(value));
        return new Failure(reason, message, more, retryAfter, repeatable, sick);
    }

    public Failure after(Optional<Duration> wait) {
        return new Failure(reason, message, details, wait, repeatable, sick);
    }

    public Failure asRepeatable() {
        return new Failure(reason, message, details, retryAfter, true, sick);
    }

    public Failure asSick() {
        return new Failure(reason, message, details, retryAfter, repeatable, true);
    }

    /**
     * The same silence, where only this caller would not wait any longer for a first piece.
     *
     * @param sick whether no caller would: otherwise the provider may merely be slow
     */
    public Failure asTooLate(boolean sick) {
        return new Failure(Reason.FIRST_TOKEN_TOO_LATE, message, details, retryAfter, false, sick);
    }

    /** The same cause seen after a part of the answer was delivered: the stream is broken, and nothing is repeated. */
    public Failure interrupted(long deliveredDeltas) {
        String text = "the answer broke off after " + deliveredDeltas + " pieces: " + message;
        return new Failure(Reason.STREAM_INTERRUPTED, text, details, Optional.empty(), false, true)
                .with("delivered_deltas", deliveredDeltas);
    }
}

package dev.millrace.gateway.flow;

import dev.millrace.gateway.Absence;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.Target;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.TransportReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a backend's fault: does it end the turn, is it a matter of room, and how to say it to a person. */
final class BackendFaults {

    private static final Set<String> FULL = Set.of("LOCAL_CAPACITY_EXHAUSTED", "CAPACITY_EXHAUSTED");
    private static final String QUOTA = "PROVIDER_QUOTA_EXHAUSTED";
    private static final String PAYMENT_REQUIRED = "402";

    private static final String NEXT = Absence.SEE_WHETHER_UP + ". One that is being started again needs some seconds";

    private static final String SERVICE = "gateway";
    private static final String DOMAIN = SERVICE + ".millrace.dev";

    /** Beside a message that holds words of the backend's own: they may be the prompt's. */
    private static final String QUOTED = "quoted";

    private BackendFaults() {}

    /** The reason with which the turn ends, because nobody else would answer this request either; empty: it may move. */
    static Optional<Reason> stops(Fault fault) {
        if (TransportReason.DOMAIN.equals(fault.domain())) {
            // The transport speaks of a message on its way here: another backend may send smaller ones.
            return Optional.empty();
        }
        return switch (fault.reason()) {
            case "REQUEST_REJECTED" -> Optional.of(Reason.REQUEST_REJECTED);
            case "CONTENT_FILTERED" -> Optional.of(Reason.CONTENT_FILTERED);
            case "FIELD_INVALID" -> Optional.of(Reason.FIELD_INVALID);
            case "REQUEST_TOO_LARGE" -> Optional.of(Reason.REQUEST_TOO_LARGE);
            case "PROMPT_EMPTY" -> Optional.of(Reason.PROMPT_EMPTY);
            default -> Optional.empty();
        };
    }

    /** A loss that was noticed here. */
    static Fault lost(String how) {
        return Fault.of(Status.Code.ABORTED, SERVICE, TransportReason.BACKEND_LOST.name(), how);
    }

    /** Whether a message with these variables holds a backend's own words, which no record keeps. */
    static boolean quotes(Map<String, String> metadata) {
        return metadata.containsKey(QUOTED);
    }

    /** These variables, marked where the fault's message quotes, because theirs repeats it. */
    static Map<String, String> withQuoteMark(Fault fault, Map<String, String> metadata) {
        if (!quotes(fault.metadata())) {
            return metadata;
        }
        Map<String, String> marked = new HashMap<>(metadata);
        marked.put(QUOTED, "true");
        return marked;
    }

    /** Whether there will be room again soon. */
    static boolean isFull(AttemptRun.Moved moved) {
        return FULL.contains(moved.cause()) || (moved.cause().equals(QUOTA) && !isSpent(moved));
    }

    /** Whether a provider's quota stays spent until somebody pays. */
    static boolean isSpent(AttemptRun.Moved moved) {
        return isSpent(moved.cause(), moved.metadata(), moved.retryAfter());
    }

    /**
     * A provider that wants money says so with 402, or with a 429 that names no time and that the relay did not try again; one
     * that only limits the rate is asked again, or says when.
     */
    private static boolean isSpent(String reason, Map<String, String> metadata, Optional<Duration> retryAfter) {
        return reason.equals(QUOTA)
                && (PAYMENT_REQUIRED.equals(metadata.get("status")) || (retryAfter.isEmpty() && tries(metadata) == 1));
    }

    /** How many calls of a provider an attempt has taken. */
    static int tries(Map<String, String> metadata) {
        String tries = metadata.getOrDefault("tries", "1");
        return tries.matches("[0-9]{1,4}") ? Math.max(1, Integer.parseInt(tries)) : 1;
    }

    /** The prompt does not fit the model's window. */
    static boolean isTooLong(String reason) {
        return reason.equals("CONTEXT_TOO_LONG");
    }

    /** What failed and what to do, in plain words: the backend's own, where it gave any. */
    static String plain(Fault fault, Target target) {
        String service = target == Target.LOCAL ? "local-inference" : "cloud-relay";
        if (fault.is(TransportReason.BACKEND_UNREACHABLE) && TransportReason.DOMAIN.equals(fault.domain())) {
            return Absence.of(service, fault.message(), NEXT).text();
        }
        if (fault.is(TransportReason.BACKEND_LOST)) {
            boolean seenHere = DOMAIN.equals(fault.domain());
            return service + " was lost while it worked" + (seenHere ? ": " + fault.message() : "");
        }
        String said = fault.message().isEmpty() ? service + " failed: " + fault.reason() : fault.message();
        return isSpent(fault.reason(), fault.metadata(), fault.retryDelay())
                ? said.replaceFirst("\\.$", "") + ". Top up or change the provider"
                : said;
    }
}

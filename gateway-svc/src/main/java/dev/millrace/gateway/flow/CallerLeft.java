package dev.millrace.gateway.flow;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.TransportReason;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** The faults of a turn whose caller is not there any more, or has no time left. */
final class CallerLeft {

    /** What is left of a call's time when a peer that ends earlier reports its end, or the caller's own clock is ahead. */
    private static final Duration DEADLINE_NEAR = Duration.ofMillis(100);

    /** How long before the gateway's own deadline a peer's call may be reset because its time is up. */
    private static final Duration PEER_RESET =
            Deadlines.PEER_MARGIN.minus(Deadlines.GATEWAY_MARGIN).plusMillis(10);

    private CallerLeft() {}

    /** Nobody reads it but the log and the ledger. */
    static TurnFault fault(boolean stalled) {
        return stalled
                ? new TurnFault(Reason.READER_STALLED, "the caller read nothing for too long", Map.of())
                : new TurnFault(Reason.CALLER_CANCELLED, "the caller closed the call", Map.of());
    }

    /** The same for a caller that was gone when it was to be handed something: its time may have been up. */
    static TurnFault fault(Deadline deadline, Duration elapsed, boolean stalled) {
        return !stalled && isNear(deadline)
                ? new TurnFault(
                        Reason.HOP_DEADLINE_EXCEEDED,
                        "time is up after " + elapsed.toMillis()
                                + " ms before all of the answer was taken. Allow more time, or read faster",
                        Map.of("hop", "gateway", "worker", "reader"))
                : fault(stalled);
    }

    /**
     * Ends a call between two of its steps where its caller has left or its time is up, so that what fails because of it is
     * not taken for somebody else's failure.
     *
     * @param hop whose step it is
     * @param worker what worked, for the message
     * @throws TurnFault CALLER_CANCELLED or HOP_DEADLINE_EXCEEDED
     */
    static void requireCaller(Deadline deadline, Duration elapsed, String hop, String worker) {
        if (deadline.isExpired()) {
            throw timeUp(elapsed, hop, worker);
        }
        if (Context.current().isCancelled()) {
            throw Context.current().cancellationCause() instanceof TimeoutException || isNear(deadline)
                    ? timeUp(elapsed, hop, worker)
                    : fault(false);
        }
    }

    /**
     * Ends a call whose peer has failed because its time is up: it says so, or gRPC has reset its call at its deadline, which
     * a sidecar tells as a loss.
     *
     * @param deadline the gateway's own
     * @throws TurnFault HOP_DEADLINE_EXCEEDED
     */
    static void requireTime(Fault fault, Deadline deadline, Duration elapsed, String hop, String worker) {
        boolean told = fault.is(TransportReason.HOP_DEADLINE_EXCEEDED) && isNear(deadline);
        boolean reset = fault.is(TransportReason.BACKEND_LOST)
                && TransportReason.DOMAIN.equals(fault.domain())
                && Deadlines.remaining(deadline).compareTo(PEER_RESET) <= 0;
        if (told || reset) {
            throw timeUp(elapsed, hop, worker);
        }
    }

    static boolean isNear(Deadline deadline) {
        return Deadlines.remaining(deadline).compareTo(DEADLINE_NEAR) < 0;
    }

    static TurnFault timeUp(Duration elapsed, String hop, String worker) {
        return new TurnFault(
                Reason.HOP_DEADLINE_EXCEEDED,
                "time is up after " + elapsed.toMillis() + " ms while " + worker
                        + " worked. Allow more time, or ask for less",
                Map.of("hop", hop, "worker", worker));
    }
}

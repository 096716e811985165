package dev.millrace.gateway.flow;

import dev.millrace.gateway.Ledger.End;
import dev.millrace.gateway.Reason;

/** Says how the ledger calls the end of a turn that failed: the payer column of {@link Reason}, in billing's words. */
final class TurnEnds {

    private TurnEnds() {}

    static End of(Reason reason) {
        return switch (reason.payer()) {
            case NOBODY -> End.REJECTED;
            case OPERATOR -> reason == Reason.STREAM_INTERRUPTED ? End.INTERRUPTED : End.UPSTREAM_FAILED;
            case CALLER_DELIVERED -> delivered(reason);
        };
    }

    private static End delivered(Reason reason) {
        return switch (reason) {
            case HOP_DEADLINE_EXCEEDED -> End.DEADLINE;
            case READER_STALLED -> End.READER_STALLED;
            default -> End.CLIENT_CANCELLED;
        };
    }
}

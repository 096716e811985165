package dev.millrace.gateway.flow;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import java.util.Map;

/** The fault of a turn whose caller is not there any more; nobody reads it but the log and the ledger. */
final class CallerLeft {

    private CallerLeft() {}

    static TurnFault fault(boolean stalled) {
        return stalled
                ? new TurnFault(Reason.READER_STALLED, "the caller read nothing for too long", Map.of())
                : new TurnFault(Reason.CALLER_CANCELLED, "the caller closed the call", Map.of());
    }
}

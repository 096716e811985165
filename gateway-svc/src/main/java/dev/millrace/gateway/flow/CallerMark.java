package dev.millrace.gateway.flow;

import dev.millrace.rpc.CallContext;

/**
 * The id under which a caller finds its turn again: the mark that its request names, else the {@code x-request-id} that came with
 * its call. It is written down and echoed, and decides nothing: calls with the same one all run.
 */
final class CallerMark {

    private CallerMark() {}

    /** Empty: the caller gave none. */
    static String of(String requestId, String turnId) {
        String ofCall = CallContext.requestId();
        if (!requestId.isEmpty() || ofCall.equals(turnId)) {
            return requestId;
        }
        return ofCall;
    }
}

package dev.millrace.gateway.http;

import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnSink;

/** The HTTP answer that a turn's events become. */
interface Answering extends TurnSink {

    /** Ends the answer with a fault: as a status while it has not begun, in the stream afterwards. */
    void fail(TurnFault fault);

    /** Waits until the reader has taken the answer, and lets go of everything; after the turn, whatever its end. */
    void finish();
}

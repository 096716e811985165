package dev.millrace.local;

import dev.millrace.schema.completion.v1.Delta;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Where an engine puts an answer while it makes it. One thread at a time calls it; a call waits while the reader is slow, and
 * throws an unchecked exception once the caller is gone, which the engine lets pass after freeing what it holds.
 */
public interface Answer {
    /** The model is being loaded first; may come several times before {@link #started}. */
    void loading(OptionalDouble fraction) throws InterruptedException;

    /** Comes once, before the first delta. */
    void started(OptionalLong inputTokens, List<String> droppedParameters);

    /** The next piece, whole characters. */
    void delta(Delta delta) throws InterruptedException;

    /** True once nobody waits for the answer any more: stop, and free the slot. */
    boolean isCancelled();

    /** Runs the action once when the caller goes away, on a thread that must not be blocked; at once if it already has. */
    void onCancel(Runnable action);
}

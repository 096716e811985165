package dev.millrace.local;

import java.util.List;
import java.util.Set;

/** The slots of engines that share their load, and the bounded queue in front of them. Thread-safe. */
public interface SlotQueue {
    /** The engines, in the operator's order. */
    List<Engine> engines();

    /**
     * Asks for a slot of one of these engines; answers at once.
     *
     * @param mayOverflow the call can run elsewhere: refuse it rather than let it wait when busy
     * @param isBatch nobody waits for the call: it goes behind those that somebody waits for
     */
    Admission admit(Set<Engine> engines, boolean mayOverflow, boolean isBatch);

    /** How busy it is now. */
    Load currentLoad();
}

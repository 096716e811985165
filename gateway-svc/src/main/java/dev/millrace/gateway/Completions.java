package dev.millrace.gateway;

/** Answers prompts: the one thing that both doors call. */
public interface Completions {

    /**
     * Runs one turn on the calling thread, which must be a virtual one, under the deadline and cancellation of the current
     * {@link io.grpc.Context}. Returns after the {@link TurnEvent.Finished} event was taken.
     *
     * @throws TurnFault on every other end; the caller of a turn that was cancelled gets CALLER_CANCELLED
     */
    void run(TurnRequest request, TurnSink sink);

    /** Says where a prompt would go and why, without running it. May quote the words that weighed. */
    Explanation explain(TurnRequest request);

    /** A decision and the cut-offs that made its tier. */
    record Explanation(Decision decision, Cutoffs cutoffs) {}

    /** The scores at which the tiers above trivial begin, with their version. */
    record Cutoffs(String version, double moderate, double complex, double premium) {}
}

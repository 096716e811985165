package dev.millrace.gateway;

import java.util.List;
import java.util.Optional;

/**
 * Where a prompt goes and why: what the caller is shown, what the ledger keeps, what can be replayed.
 *
 * @param turnId the turn, a UUIDv7: the key of everything that billing knows of it
 * @param requestId the caller's: its request's, else its call's; or the turn's id
 * @param decisionId the decision, a UUIDv7: the relay's clearance
 * @param tier the tier that the score fell into; empty where the classifier was not asked or did not answer
 * @param verdict the classifier's judgement; empty likewise
 * @param candidates in order, the rejected last
 * @param running the candidate that runs now; empty: none yet
 * @param policyVersion the version of the policy that decided
 */
public record Decision(
        String turnId,
        String requestId,
        String decisionId,
        Optional<Tier> tier,
        Optional<Verdict> verdict,
        List<Candidate> candidates,
        Optional<Candidate> running,
        String policyVersion) {

    public Decision {
        candidates = List.copyOf(candidates);
    }

    /** The candidate that runs, or would run first; empty: none can. */
    public Optional<Candidate> chosen() {
        return running.or(this::first);
    }

    private Optional<Candidate> first() {
        for (Candidate candidate : candidates) {
            if (!candidate.rejected()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}

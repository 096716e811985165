package dev.millrace.mesh.envoy;

import dev.millrace.mesh.policy.Policy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

import static dev.millrace.mesh.envoy.Tree.seconds;

/** What the policy says of a route to one service in Envoy's words: how long a call may take, and what is tried again. */
final class RouteAction {
    private static final String ELSEWHERE = "envoy.retry_host_predicates.previous_hosts";
    private static final String ELSEWHERE_TYPE = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";
    /** Envoy's word for answers that carry a certain header. */
    private static final String MARKED = "retriable-headers";

    /**
     * How often Envoy chooses anew for a repeated call, while it comes upon an instance that was asked before. Where that is the
     * least busy one, it is passed by only when it happens to be none of those looked at: of two nodes, at eight looks, once in 256.
     * So many choices miss it in all but eight of a million tries; they take half a millisecond, where no other instance is left.
     */
    private static final int OTHER_CHOICES = 3000;

    private final Policy policy;
    private final String cluster;
    private final Policy.Limits limits;

    RouteAction(Policy policy, String cluster, Policy.Limits limits) {
        this.policy = policy;
        this.cluster = cluster;
        this.limits = limits;
    }

    /** For calls that are tried again in this way. */
    Tree of(String kind, Policy.Calls calls) {
        Tree action = Tree.of("cluster", cluster)
                // This clock would say UNAVAILABLE of a call that may have been done.
                .and("timeout", "0s")
                .and("idle_timeout", seconds(calls.silentAtMost()));
        if (calls.deadline().compareTo(policy.longestCall()) < 0) {
            action.and("max_stream_duration", ceiling(seconds(calls.deadline())));
        }
        return action.and("retry_policy", retries(kind));
    }

    /**
     * A caller's own deadline ends the call here as well where it is shorter. Without the second key it would be replaced by the
     * ceiling on the way. Longer calls are ended by the listener, which leaves both the deadline and a stream's end to their owners.
     */
    private static Tree ceiling(String span) {
        return Tree.of("max_stream_duration", span).and("grpc_timeout_header_max", span);
    }

    private Tree retries(String kind) {
        Policy.Retries retries = limits.retries();
        List<String> conditions = new ArrayList<>(policy.kinds().getOrDefault(kind, List.of()));
        List<Tree> marks = new ArrayList<>();
        if (conditions.contains(MARKED)) {
            marks.add(mark(Unanswered.UNREACHED_HEADER));
        }
        if (conditions.remove(Policy.LOST)) {
            marks.add(mark(Unanswered.LOST_HEADER));
            conditions.add(MARKED);
        }
        Tree policy = Tree.of("retry_on", String.join(",", new LinkedHashSet<>(conditions)));
        if (!marks.isEmpty()) {
            policy.and("retriable_headers", marks);
        }
        return policy.and("num_retries", retries.tries())
                .and(
                        "retry_back_off",
                        Tree.of("base_interval", seconds(retries.pauseMin()))
                                .and("max_interval", seconds(retries.pauseMax())))
                .and("host_selection_retry_max_attempts", OTHER_CHOICES)
                .and("retry_host_predicate", List.of(Tree.extension(ELSEWHERE, Tree.typed(ELSEWHERE_TYPE))));
    }

    private static Tree mark(String header) {
        return Tree.of("name", header).and("present_match", true);
    }
}

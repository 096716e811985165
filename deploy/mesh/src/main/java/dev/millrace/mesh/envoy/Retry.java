package dev.millrace.mesh.envoy;

import dev.millrace.mesh.policy.Policy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

import static dev.millrace.mesh.envoy.Tree.seconds;

/** What the policy says of a route in Envoy's words. */
final class Retry {
    private static final String ELSEWHERE = "envoy.retry_host_predicates.previous_hosts";
    private static final String ELSEWHERE_TYPE = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";
    /** Envoy's word for answers that carry a certain header. */
    private static final String MARKED = "retriable-headers";

    private static final int OTHER_HOSTS_LOOKED_AT = 5;

    private final Policy policy;

    Retry(Policy policy) {
        this.policy = policy;
    }

    /** A route to a cluster; deadlines are not the sidecar's business, see the policy. */
    Tree route(String cluster, String kind) {
        return Tree.of("cluster", cluster)
                .and("timeout", "0s")
                .and("idle_timeout", seconds(policy.connections().longestCall()))
                .and("retry_policy", policy(kind));
    }

    private Tree policy(String kind) {
        Policy.Retries retries = policy.retries();
        List<String> conditions = new ArrayList<>(retries.kinds().getOrDefault(kind, List.of()));
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
                .and("host_selection_retry_max_attempts", OTHER_HOSTS_LOOKED_AT)
                .and("retry_host_predicate", List.of(Tree.extension(ELSEWHERE, Tree.typed(ELSEWHERE_TYPE))));
    }

    private static Tree mark(String header) {
        return Tree.of("name", header).and("present_match", true);
    }
}

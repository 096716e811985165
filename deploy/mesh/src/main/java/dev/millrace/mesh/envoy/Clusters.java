package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.policy.Policy;
import java.time.Duration;
import java.util.List;

import static dev.millrace.mesh.envoy.Tree.seconds;

/** Where calls go: the instances of a peer as Consul knows them, or the one service behind this sidecar. */
final class Clusters {
    /** The namespace in which instances and calls are compared. */
    static final String SUBSETS = "envoy.lb";

    static final String MODEL = "model";
    static final String INSTANCE = "instance";

    private final Policy policy;
    private final Wire wire;
    private final Folders folders;

    Clusters(Policy policy, Wire wire, Folders folders) {
        this.policy = policy;
        this.wire = wire;
        this.folders = folders;
    }

    /** All instances of a peer, called under {@code caller}'s certificate. */
    Tree peer(String caller, String peer) {
        Policy.Service service = policy.service(peer);
        Tree cluster = balanced(peer, service)
                .and("transport_socket", wire.upstreamTls(caller, peer, "h2"))
                .and(
                        "typed_extension_protocol_options",
                        Wire.http2Upstream(service.limits().connections()));
        return service.byModel() ? cluster.and("lb_subset_config", subsets()) : cluster;
    }

    /** The HTTP doors of a peer's instances. */
    Tree peerOverHttp(String caller, String peer, String name) {
        Policy.Service service = policy.service(peer);
        return balanced(name, service)
                .and("transport_socket", wire.upstreamTls(caller, peer, "http/1.1"))
                .and(
                        "typed_extension_protocol_options",
                        Wire.httpUpstream(service.limits().connections()));
    }

    /** With what the policy says of calls to the service that is meant. */
    private Tree balanced(String name, Policy.Service service) {
        Policy.Limits limits = service.limits();
        Policy.Connections connections = limits.connections();
        return Tree.of("name", name)
                .and("type", "EDS")
                .and("connect_timeout", seconds(connections.connectWithin()))
                .and("lb_policy", "LEAST_REQUEST")
                .and("least_request_lb_config", leastBusy(service))
                .and(
                        "per_connection_buffer_limit_bytes",
                        connections.requestBuffer().bytes())
                .and(
                        "eds_cluster_config",
                        Tree.of("eds_config", Wire.watched(folders.live().resolve(name + ".json"))))
                // Instances in a critical state are used only when there are no others. Who is ejected is so at
                // once: by itself Envoy waits for a second where the list has changed in the second before.
                .and(
                        "common_lb_config",
                        Tree.of("healthy_panic_threshold", Tree.of("value", 1)).and("update_merge_window", "0s"))
                .and("circuit_breakers", Tree.of("thresholds", List.of(breakers(limits.breakers()))))
                .and("outlier_detection", ejection(limits.ejection()));
    }

    /**
     * Of many instances two are looked at, by chance. Nodes are few, and each has few slots: a prompt should not queue at one while
     * another has slots free, and with eight looks one of three is missed by four in a hundred prompts, one of twelve by half of
     * them. Not more looks than that: a full node, which refuses at once, is the least busy of all that this gateway knows, and a
     * prompt gets to another only by looks that miss it (see {@link RouteAction}). Where nodes have different numbers of slots
     * Envoy deals by slots over this gateway's calls instead.
     */
    private static Tree leastBusy(Policy.Service service) {
        Tree chosen = Tree.of("choice_count", service.byModel() ? 8 : 2);
        Duration warmsUpFor = service.limits().connections().warmsUpFor();
        return warmsUpFor.isZero()
                ? chosen
                : chosen.and("slow_start_config", Tree.of("slow_start_window", seconds(warmsUpFor)));
    }

    private static Tree breakers(Policy.Breakers breakers) {
        return Tree.of("max_connections", breakers.connections())
                .and("max_pending_requests", breakers.pending())
                .and("max_requests", breakers.requests())
                .and(
                        "retry_budget",
                        Tree.of("budget_percent", Tree.of("value", breakers.retriesPercent()))
                                .and("min_retry_concurrency", breakers.retriesMin()));
    }

    private static Tree ejection(Policy.Ejection ejection) {
        return Tree.of("consecutive_5xx", ejection.failures())
                .and("consecutive_gateway_failure", ejection.gatewayFailures())
                .and("enforcing_consecutive_gateway_failure", 100)
                .and("split_external_local_origin_errors", true)
                .and("consecutive_local_origin_failure", ejection.unreachable())
                .and("interval", seconds(ejection.lookedAtEvery()))
                .and("base_ejection_time", seconds(ejection.atLeast()))
                .and("max_ejection_time", seconds(ejection.atMost()))
                .and("max_ejection_percent", ejection.percentMax());
    }

    /** A model that nobody has goes to any node, whose refusal says more than a sidecar could. */
    private static Tree subsets() {
        return Tree.of("fallback_policy", "ANY_ENDPOINT")
                .and("list_as_any", true)
                .and(
                        "subset_selectors",
                        List.of(
                                Tree.of("keys", List.of(MODEL)).and("fallback_policy", "ANY_ENDPOINT"),
                                Tree.of("keys", List.of(INSTANCE)).and("fallback_policy", "NO_FALLBACK"),
                                // A call that names both goes to that instance and nowhere else.
                                Tree.of("keys", List.of(INSTANCE, MODEL)).and("fallback_policy", "NO_FALLBACK")));
    }

    /** The service behind this sidecar. */
    static Tree own(String name, int port, Policy.Connections limits, Tree protocol) {
        return Tree.of("name", name)
                .and("type", "STATIC")
                .and("connect_timeout", seconds(limits.connectWithin()))
                .and(
                        "circuit_breakers",
                        Tree.of(
                                "thresholds",
                                List.of(Tree.of("max_requests", 1_000_000).and("max_pending_requests", 1_000_000))))
                .and("typed_extension_protocol_options", protocol)
                .and(
                        "load_assignment",
                        Tree.of("cluster_name", name)
                                .and(
                                        "endpoints",
                                        List.of(Tree.of(
                                                "lb_endpoints",
                                                List.of(Tree.of(
                                                        "endpoint", Tree.of("address", Tree.address(port))))))));
    }
}

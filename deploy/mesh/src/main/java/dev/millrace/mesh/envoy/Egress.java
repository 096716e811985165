package dev.millrace.mesh.envoy;

import dev.millrace.mesh.policy.Policy;
import java.util.ArrayList;
import java.util.List;

import static dev.millrace.mesh.envoy.Tree.extension;
import static dev.millrace.mesh.envoy.Tree.typed;

/** The door of a sidecar for its own service: one virtual host a peer, chosen by the authority of the call. */
final class Egress {
    private static final int UNIMPLEMENTED = 12;
    private static final String MODEL_HEADER = "x-millrace-model";
    private static final String INSTANCE_HEADER = "x-millrace-instance";

    private final Policy policy;
    private final Wire wire;

    Egress(Policy policy, Wire wire) {
        this.policy = policy;
        this.wire = wire;
    }

    Tree listener(String caller, int port, String logFile) {
        List<Object> hosts = new ArrayList<>();
        policy.peersOf(caller).forEach(peer -> hosts.add(host(peer)));
        hosts.add(unknownPeer());
        Tree manager = wire.connectionManager(caller, "egress", "HTTP2", logFile)
                .and("local_reply_config", Unanswered.onTheWayOut())
                .and("http_filters", List.of(subsetsFromHeaders(), Wire.router()))
                .and("route_config", Tree.of("virtual_hosts", hosts));
        return Wire.listener("egress", port, wire.limits().requestBuffer().bytes(), Wire.chain(manager));
    }

    private Tree host(String peer) {
        Retry retry = new Retry(policy);
        List<Object> routes = new ArrayList<>();
        Policy.Service service = policy.services().get(peer);
        if (service != null) {
            service.routes()
                    .forEach(route -> routes.add(Tree.of("match", Tree.of("prefix", "/" + route.methods()))
                            .and("route", retry.route(peer, route.retry()))
                            .and("decorator", Tree.of("operation", peer + " " + route.methods()))));
        }
        return Tree.of("name", peer)
                .and("domains", List.of(peer))
                .and("include_request_attempt_count", true)
                .and("request_body_buffer_limit", wire.limits().requestBuffer().bytes())
                .and("routes", routes);
    }

    /** Names the model or the instance of a call where the choice of a node can see it. */
    private static Tree subsetsFromHeaders() {
        return extension(
                "envoy.filters.http.header_to_metadata",
                typed("envoy.extensions.filters.http.header_to_metadata.v3.Config")
                        .and(
                                "request_rules",
                                List.of(rule(INSTANCE_HEADER, Clusters.INSTANCE), rule(MODEL_HEADER, Clusters.MODEL))));
    }

    private static Tree rule(String header, String key) {
        return Tree.of("header", header)
                .and(
                        "on_header_present",
                        Tree.of("metadata_namespace", Clusters.SUBSETS)
                                .and("key", key)
                                .and("type", "STRING"));
    }

    private static Tree unknownPeer() {
        return Tree.of("name", "unknown")
                .and("domains", List.of("*"))
                .and(
                        "routes",
                        List.of(Tree.of("match", Tree.of("prefix", "/"))
                                .and("direct_response", Tree.of("status", 200))
                                .and(
                                        "response_headers_to_add",
                                        List.of(
                                                header("content-type", "application/grpc"),
                                                header("grpc-status", Integer.toString(UNIMPLEMENTED)),
                                                header(
                                                        "grpc-message",
                                                        "the mesh's policy lets this service call no such peer")))));
    }

    private static Tree header(String name, String value) {
        return Tree.of("header", Tree.of("key", name).and("value", value))
                .and("append_action", "OVERWRITE_IF_EXISTS_OR_ADD");
    }
}

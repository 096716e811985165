package dev.millrace.mesh.envoy;

import dev.millrace.mesh.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
        List<String> peers = policy.peersOf(caller);
        peers.forEach(peer -> hosts.add(host(peer, policy.service(peer))));
        hosts.add(unknownPeer());
        // What differs from peer to peer stands at its host and its cluster: here come the calls to all of them.
        Tree manager = wire.connectionManager(caller, policy.limits().connections(), "egress", "HTTP2", logFile)
                .and("local_reply_config", Unanswered.onTheWayOut())
                .and("http_filters", List.of(subsetsFromHeaders(), Wire.router()))
                .and("route_config", Tree.of("virtual_hosts", hosts));
        return Wire.listener("egress", Tree.address(port), largestRequest(peers), Wire.chain(manager));
    }

    private long largestRequest(List<String> peers) {
        return Stream.concat(
                        Stream.of(policy.limits()),
                        peers.stream().map(peer -> policy.service(peer).limits()))
                .mapToLong(limits -> limits.connections().requestBuffer().bytes())
                .max()
                .orElseThrow();
    }

    private Tree host(String peer, Policy.Service service) {
        RouteAction action = new RouteAction(policy, peer, service.limits());
        List<Tree> routes = service.routes().stream()
                .map(route -> Tree.of("match", Tree.of("prefix", "/" + route.methods()))
                        .and("route", action.of(route.retry(), route.calls()))
                        .and("decorator", Tree.of("operation", peer + " " + route.methods())))
                .toList();
        return Tree.of("name", peer)
                .and("domains", List.of(peer))
                .and("include_request_attempt_count", true)
                .and(
                        "request_body_buffer_limit",
                        service.limits().connections().requestBuffer().bytes())
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

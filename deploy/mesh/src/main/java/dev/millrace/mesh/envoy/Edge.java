package dev.millrace.mesh.envoy;

import dev.millrace.mesh.policy.Policy;
import java.util.List;
import java.util.stream.Stream;

import static dev.millrace.mesh.envoy.Tree.extension;
import static dev.millrace.mesh.envoy.Tree.typed;

/** The outer door in front of the gateways: gRPC, gRPC-Web and HTTP on one port, event streams passed on as they come. */
final class Edge {
    static final String GATEWAY = "gateway";
    static final String GATEWAY_HTTP = "gateway-http";
    private static final String CORS = "envoy.filters.http.cors";
    private static final String EXPOSED = "grpc-status,grpc-message,grpc-status-details-bin,x-request-id";
    private static final String ALLOWED =
            "authorization,content-type,x-grpc-web,x-user-agent,grpc-timeout,x-request-id,traceparent";

    private final Policy policy;
    private final Policy.Service gateway;
    private final Wire wire;
    private final Seat seat;

    Edge(Policy policy, Wire wire, Seat seat) {
        this.policy = policy;
        this.gateway = policy.service(GATEWAY);
        this.wire = wire;
        this.seat = seat;
    }

    Tree listener(String name, int port, String logFile) {
        Policy.Connections limits = gateway.limits().connections();
        Tree manager = wire.connectionManager(Policy.EDGE, limits, "edge-" + name, "AUTO", logFile)
                // Callers from outside must not set what sidecars set for one another.
                .and("use_remote_address", true)
                .and("local_reply_config", Unanswered.atTheDoor())
                .and(
                        "http_filters",
                        List.of(
                                extension(
                                        "envoy.filters.http.grpc_web",
                                        typed("envoy.extensions.filters.http.grpc_web.v3.GrpcWeb")),
                                extension(CORS, typed("envoy.extensions.filters.http.cors.v3.Cors")),
                                Wire.router()))
                .and("route_config", Tree.of("virtual_hosts", List.of(host(), Admission.strangeHost())));
        return Wire.listener(
                "edge-" + name,
                Tree.address(seat.listen(), port),
                limits.requestBuffer().bytes(),
                Wire.chain(manager));
    }

    private Tree host() {
        RouteAction grpcAction = new RouteAction(policy, GATEWAY, gateway.limits());
        RouteAction httpAction = new RouteAction(policy, GATEWAY_HTTP, gateway.limits());
        Admission admission = new Admission(policy.edge());
        List<Policy.Route> routes = gateway.routes();
        // The HTTP door knows its own origins and says in its own words whom it refuses.
        Stream<Tree> refused = routes.stream().map(route -> admission.strangeOrigin("/" + route.methods()));
        Stream<Tree> grpc = routes.stream()
                .map(route -> Tree.of("match", Tree.of("prefix", "/" + route.methods()))
                        .and("route", grpcAction.of(route.retry(), route.calls()))
                        .and("typed_per_filter_config", Tree.of(CORS, cors(admission)))
                        .and("decorator", Tree.of("operation", "edge " + route.methods())));
        Tree http = Tree.of("match", Tree.of("prefix", "/"))
                .and(
                        "route",
                        httpAction.of(
                                policy.edge().httpRetry(), gateway.limits().calls()))
                .and("decorator", Tree.of("operation", "edge http"));
        return Tree.of("name", "gateway")
                .and("domains", admission.domains())
                .and(
                        "request_body_buffer_limit",
                        gateway.limits().connections().requestBuffer().bytes())
                .and("request_headers_to_remove", policy.edge().removedHeaders())
                .and(
                        "routes",
                        Stream.of(refused, grpc, Stream.of(http))
                                .flatMap(each -> each)
                                .toList());
    }

    /** Answers the question that a page's browser asks before a call over gRPC-Web. */
    private static Tree cors(Admission admission) {
        return typed("envoy.extensions.filters.http.cors.v3.CorsPolicy")
                .and("allow_origin_string_match", List.of(admission.knownOrigin()))
                .and("allow_methods", "POST, OPTIONS")
                .and("allow_headers", ALLOWED)
                .and("expose_headers", EXPOSED)
                .and("max_age", "600");
    }
}

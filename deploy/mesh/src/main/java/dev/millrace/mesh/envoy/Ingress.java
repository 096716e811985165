package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.Policy.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static dev.millrace.mesh.envoy.Tree.extension;
import static dev.millrace.mesh.envoy.Tree.typed;

/** The doors of a sidecar for others: proven callers, each with the methods that the policy gives it. */
final class Ingress {
    static final String OWN = "own";
    static final String OWN_HTTP = "own-http";
    private final Wire wire;
    private final Seat seat;

    Ingress(Wire wire, Seat seat) {
        this.wire = wire;
        this.seat = seat;
    }

    /** For calls over gRPC. */
    Tree listener(Instance instance, Policy.Service service, String logFile) {
        List<Tree> filters = List.of(permissions(service.callers()), Wire.router());
        return listener(
                "ingress", "HTTP2", "h2", instance.ingressPort(), instance.service(), service, filters, logFile);
    }

    /** For the HTTP door behind it, which is the outer door's alone. */
    Tree httpListener(Instance instance, Policy.Service service, String logFile) {
        return listener(
                "ingress-http",
                "HTTP1",
                "http/1.1",
                instance.httpIngressPort(),
                instance.service(),
                service,
                List.of(Wire.router()),
                logFile);
    }

    private Tree listener(
            String name,
            String codec,
            String protocol,
            int port,
            String serviceName,
            Policy.Service service,
            List<Tree> filters,
            String logFile) {
        String cluster = name.equals("ingress") ? OWN : OWN_HTTP;
        Policy.Connections limits = service.limits().connections();
        Tree manager = wire.connectionManager(serviceName, limits, name, codec, logFile)
                .and("forward_client_cert_details", "SANITIZE_SET")
                .and("set_current_client_cert_details", Tree.of("uri", true))
                .and("local_reply_config", cluster.equals(OWN) ? Unanswered.marked() : Unanswered.besideService())
                .and("http_filters", filters)
                .and(
                        "route_config",
                        Tree.of(
                                "virtual_hosts",
                                List.of(Tree.of("name", cluster)
                                        .and("domains", List.of("*"))
                                        .and("routes", List.of(toOwn(cluster))))));
        Tree chain = Wire.chain(manager)
                .and(
                        "transport_socket",
                        wire.downstreamTls(
                                serviceName, List.copyOf(service.callers().keySet()), protocol));
        return Wire.listener(
                name, Tree.address(seat.listen(), port), limits.buffer().bytes(), chain);
    }

    /** Nothing is tried again here: that is the caller's sidecar's part. */
    private static Tree toOwn(String cluster) {
        return Tree.of("match", Tree.of("prefix", "/"))
                .and("route", Tree.of("cluster", cluster).and("timeout", "0s").and("idle_timeout", "0s"))
                .and("decorator", Tree.of("operation", cluster));
    }

    private static Tree permissions(Map<String, List<Permission>> callers) {
        Tree policies = new Tree();
        callers.forEach((caller, allowed) -> policies.and(
                caller,
                Tree.of("permissions", allowed.stream().map(Ingress::permission).toList())
                        .and(
                                "principals",
                                List.of(Tree.of(
                                        "authenticated",
                                        Tree.of("principal_name", Tree.of("exact", Wire.principal(caller))))))));
        return extension(
                "envoy.filters.http.rbac",
                typed("envoy.extensions.filters.http.rbac.v3.RBAC")
                        .and("rules", Tree.of("action", "ALLOW").and("policies", policies)));
    }

    private static Tree permission(Permission allowed) {
        String path = "/" + allowed.methods();
        boolean whole = !path.endsWith("/") && !path.endsWith(".");
        Tree method = Tree.of("url_path", Tree.of("path", Tree.of(whole ? "exact" : "prefix", path)));
        if (allowed.needs().isEmpty()) {
            return method;
        }
        List<Tree> both = new ArrayList<>();
        both.add(method);
        // A header that is there and empty would pass a test for presence.
        both.add(Tree.of(
                "header",
                Tree.of("name", allowed.needs().get())
                        .and("string_match", Tree.of("safe_regex", Tree.of("regex", ".+")))));
        return Tree.of("and_rules", Tree.of("rules", both));
    }
}

package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.policy.Policy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The whole configuration of a sidecar, and of the outer door, as Envoy reads it. */
public final class Configurations {
    private final Policy policy;
    private final Folders folders;
    private final Tracing tracing;
    private final Wire wire;
    private final Clusters clusters;

    /** A collector, where there is one, is sent a span for each call that is carried. */
    public Configurations(Policy policy, Folders folders, Optional<URI> collector) {
        this.policy = policy;
        this.folders = folders;
        this.tracing = new Tracing(collector, policy.newTraces());
        this.wire = new Wire(policy, folders, tracing);
        this.clusters = new Clusters(policy, wire, folders);
    }

    /** Complains of an address to which sidecars cannot send spans, by the name under which it was given. */
    public static void requireCollector(String name, URI address) {
        Tracing.check(name, address);
    }

    /** Of the sidecar of one instance, all on this machine. */
    public String sidecar(Instance instance) {
        return sidecar(instance, Seat.onLoopback(instance.id()));
    }

    /** The same of one that other machines call. */
    public String sidecar(Instance instance, Seat seat) {
        Policy.Service service = policy.service(instance.service());
        Policy.Connections limits = service.limits().connections();
        Ingress ingress = new Ingress(wire, seat);
        String calls = folders.log(seat.id() + ".calls").toString();
        List<Tree> listeners = new ArrayList<>();
        listeners.add(ingress.listener(instance, service, calls));
        listeners.add(new Egress(policy, wire).listener(instance.service(), instance.egressPort(), calls));
        List<Tree> targets = new ArrayList<>();
        targets.add(Clusters.own(Ingress.OWN, instance.servicePort(), limits, Wire.http2Upstream(limits)));
        policy.peersOf(instance.service()).forEach(peer -> targets.add(clusters.peer(instance.service(), peer)));
        if (instance.hasHttp()) {
            listeners.add(ingress.httpListener(instance, service, calls));
            targets.add(Clusters.own(Ingress.OWN_HTTP, instance.httpPort(), limits, Wire.httpUpstream(limits)));
        }
        return whole(seat.id(), instance.service(), listeners, targets);
    }

    /** Of the outer door, which is one process for both of its ports. */
    public String edge(EdgePorts ports) {
        return edge(ports, Seat.onLoopback(Policy.EDGE));
    }

    /** The same of one that other machines call. */
    public String edge(EdgePorts ports, Seat seat) {
        Edge edge = new Edge(policy, wire, seat);
        String calls = folders.log(seat.id() + ".calls").toString();
        return whole(
                seat.id(),
                Policy.EDGE,
                List.of(edge.listener("grpc", ports.grpc(), calls), edge.listener("http", ports.http(), calls)),
                List.of(
                        clusters.peer(Policy.EDGE, Edge.GATEWAY),
                        clusters.peerOverHttp(Policy.EDGE, Edge.GATEWAY, Edge.GATEWAY_HTTP)));
    }

    private String whole(String id, String service, List<Tree> listeners, List<Tree> peers) {
        List<Tree> clusters = new ArrayList<>(peers);
        tracing.cluster(Wire.http2Upstream(policy.limits().connections())).ifPresent(clusters::add);
        Tree node = Tree.of("id", id).and("cluster", service).and("metadata", Tree.of("policy", policy.version()));
        Tree whole = Tree.of("node", node)
                .and("admin", Tree.of("address", Tree.pipe(folders.admin(id))))
                .and("static_resources", Tree.of("listeners", listeners).and("clusters", clusters));
        tracing.runtime().ifPresent(runtime -> whole.and("layered_runtime", runtime));
        return whole.yaml();
    }
}

package dev.millrace.mesh.envoy;

import dev.millrace.mesh.policy.Policy;
import java.net.URI;
import java.util.List;
import java.util.Optional;

import static dev.millrace.mesh.envoy.Tree.extension;
import static dev.millrace.mesh.envoy.Tree.typed;

/** A span for each call that a sidecar carries, sent to a collector; without one nothing is traced. */
final class Tracing {
    private static final String CLUSTER = "collector";
    private static final String SAMPLERS = "envoy.tracers.opentelemetry.samplers.";
    private static final String SAMPLER_TYPES = "envoy.extensions.tracers.opentelemetry.samplers.v3.";

    private static final int PORT_MAX = 65_535;
    private static final int FLUSH_MILLIS = 1000;
    private static final int FLUSH_SPANS = 512;

    private static final Policy.Share NONE = new Policy.Share(0);

    private final Optional<URI> collector;
    private final Policy.Share ofNew;

    /**
     * @param collector takes OTLP over gRPC at {@code http://host:port}
     * @param ofNew the share of calls without a trace for which the outer door begins one
     */
    Tracing(Optional<URI> collector, Policy.Share ofNew) {
        collector.ifPresent(address -> check("OTEL_EXPORTER_OTLP_ENDPOINT", address));
        this.collector = collector;
        this.ofNew = ofNew;
    }

    static void check(String name, URI address) {
        if (!"http".equals(address.getScheme())
                || address.getHost() == null
                || address.getPort() <= 0
                || address.getPort() > PORT_MAX) {
            throw new IllegalArgumentException(name + ": " + address
                    + " (expected: http://host:port, because sidecars speak to a collector without TLS)");
        }
    }

    /** What makes the spans of a sidecar; added to a connection manager. */
    void addTo(Tree connectionManager, String service) {
        collector.ifPresent(address -> connectionManager
                .and(
                        "tracing",
                        Tree.of("provider", provider(service))
                                .and(
                                        "custom_tags",
                                        List.of(Tree.of("tag", "http.url").and("value", Wire.PATH))))
                // Else a call without a request id is not traced, and the id of one that is has a digit changed.
                .and("request_id_extension", Tree.of("typed_config", requestIdUntouched())));
    }

    private Tree provider(String service) {
        boolean isDoor = service.equals(Policy.EDGE);
        return extension(
                "envoy.tracers.opentelemetry",
                typed("envoy.config.trace.v3.OpenTelemetryConfig")
                        .and("service_name", isDoor ? service : service + "-sidecar")
                        .and("sampler", sampler(isDoor ? ofNew : NONE))
                        .and(
                                "grpc_service",
                                Tree.of("envoy_grpc", Tree.of("cluster_name", CLUSTER))
                                        .and("timeout", "1s")));
    }

    /**
     * What comes with a trace keeps its decision. Of the rest the outer door begins one for the policy's share, a sidecar further
     * in for none: that is a poll or a probe.
     */
    private static Tree sampler(Policy.Share ofNew) {
        Tree fresh = extension(
                SAMPLERS + "trace_id_ratio_based",
                typed(SAMPLER_TYPES + "TraceIdRatioBasedSamplerConfig")
                        .and(
                                "sampling_percentage",
                                Tree.of("numerator", ofNew.millionths()).and("denominator", "MILLION")));
        return extension(
                SAMPLERS + "parent_based",
                typed(SAMPLER_TYPES + "ParentBasedSamplerConfig").and("wrapped_sampler", fresh));
    }

    private static Tree requestIdUntouched() {
        return typed("envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig")
                .and("pack_trace_reason", false)
                .and("use_request_id_for_trace_sampling", false);
    }

    /**
     * Spans are sent once a second, so that a prompt can be looked at soon after its end; the defaults are five seconds, and a
     * call to the collector for every five spans, which a busy sidecar would make all the time.
     */
    Optional<Tree> runtime() {
        return collector.map(address -> Tree.of(
                "layers",
                List.of(Tree.of("name", "tracing")
                        .and(
                                "static_layer",
                                Tree.of("tracing.opentelemetry.flush_interval_ms", FLUSH_MILLIS)
                                        .and("tracing.opentelemetry.min_flush_spans", FLUSH_SPANS)))));
    }

    /** Where they go. */
    Optional<Tree> cluster(Tree protocol) {
        return collector.map(address -> Tree.of("name", CLUSTER)
                .and("type", "STRICT_DNS")
                .and("connect_timeout", "1s")
                .and("typed_extension_protocol_options", protocol)
                .and(
                        "load_assignment",
                        Tree.of("cluster_name", CLUSTER)
                                .and(
                                        "endpoints",
                                        List.of(Tree.of(
                                                "lb_endpoints",
                                                List.of(Tree.of("endpoint", Tree.of("address", address(address)))))))));
    }

    private static Tree address(URI address) {
        return Tree.of("socket_address", Tree.of("address", address.getHost()).and("port_value", address.getPort()));
    }
}

package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.Policy.Connections;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static dev.millrace.mesh.envoy.Tree.extension;
import static dev.millrace.mesh.envoy.Tree.seconds;
import static dev.millrace.mesh.envoy.Tree.typed;

/** What both sides of a connection between sidecars have in common: HTTP/2 limits, mutual TLS, the access log. */
final class Wire {
    /** Without the query: what a caller puts there may be a key. */
    static final String PATH = "%PATH(NQ)%";

    private static final String TLS = "envoy.extensions.transport_sockets.tls.v3.";
    private static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private static final String CONNECTION_MANAGER =
            "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    private final Policy policy;
    private final Folders folders;
    private final Tracing tracing;

    Wire(Policy policy, Folders folders, Tracing tracing) {
        this.policy = policy;
        this.folders = folders;
        this.tracing = tracing;
    }

    /** Windows are small on purpose, see the policy. */
    private static Tree http2(Connections limits) {
        return Tree.of("initial_stream_window_size", limits.streamWindow().bytes())
                .and("initial_connection_window_size", limits.connectionWindow().bytes())
                .and(
                        "connection_keepalive",
                        Tree.of("interval", seconds(limits.keepalive()))
                                .and("timeout", seconds(limits.keepaliveAnswer())));
    }

    /** The protocol towards a cluster; live connections end after a while, so that a new certificate reaches all. */
    private static Tree upstreamProtocol(Connections limits, Tree protocol) {
        return Tree.of(
                HTTP_OPTIONS,
                typed(HTTP_OPTIONS)
                        .and(
                                "common_http_protocol_options",
                                Tree.of("max_connection_duration", seconds(limits.livesAtMost())))
                        .and("explicit_http_config", protocol));
    }

    static Tree http2Upstream(Connections limits) {
        return upstreamProtocol(limits, Tree.of("http2_protocol_options", http2(limits)));
    }

    static Tree httpUpstream(Connections limits) {
        return upstreamProtocol(limits, Tree.of("http_protocol_options", new Tree()));
    }

    /** A listener's one filter, with the part that is alike everywhere; what a route says of the deadline goes before. */
    Tree connectionManager(String service, Connections limits, String name, String codec, String logFile) {
        Tree manager = typed(CONNECTION_MANAGER)
                .and("stat_prefix", name)
                .and("codec_type", codec)
                .and("stream_idle_timeout", "0s")
                .and("request_timeout", "0s")
                // The first of our own services names a call that has no name yet: its turn.
                .and("generate_request_id", false)
                .and("preserve_external_request_id", true)
                .and(
                        "common_http_protocol_options",
                        Tree.of("idle_timeout", seconds(limits.idleAtMost()))
                                .and("max_stream_duration", seconds(policy.longestCall())))
                .and("http2_protocol_options", http2(limits))
                .and("access_log", List.of(accessLog(logFile, name)));
        tracing.addTo(manager, service);
        return manager;
    }

    /** One JSON line a call, with the turn that it belongs to; never a body, a query, a key or a prompt. */
    private Tree accessLog(String logFile, String listener) {
        Map<String, Object> fields = new TreeMap<>(Map.of(
                "start", "%START_TIME%",
                "path", PATH,
                "peer", "%REQ(:AUTHORITY)%",
                "turn", "%REQ(X-MILLRACE-TURN)%",
                "request_id", "%REQ(X-REQUEST-ID)%",
                "status", "%RESPONSE_CODE%",
                "grpc_status", "%GRPC_STATUS%",
                "flags", "%RESPONSE_FLAGS%",
                "attempts", "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
                "millis", "%DURATION%"));
        fields.putAll(Map.of(
                "listener", listener,
                "answered_id", "%RESP(X-REQUEST-ID)%",
                "upstream", "%UPSTREAM_HOST%",
                "failure", "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
                "caller", "%DOWNSTREAM_PEER_URI_SAN%",
                "denied_by", "%RESPONSE_CODE_DETAILS%",
                "first_byte_millis", "%RESPONSE_DURATION%",
                "traceparent", "%REQ(TRACEPARENT)%"));
        return extension(
                "envoy.access_loggers.file",
                typed("envoy.extensions.access_loggers.file.v3.FileAccessLog")
                        .and("path", logFile)
                        .and("log_format", Tree.of("json_format", fields)));
    }

    static Tree router() {
        return extension("envoy.filters.http.router", typed("envoy.extensions.filters.http.router.v3.Router"));
    }

    static Tree listener(String name, Tree address, long bufferBytes, Tree chain) {
        return Tree.of("name", name)
                .and("address", address)
                .and("per_connection_buffer_limit_bytes", bufferBytes)
                .and("filter_chains", List.of(chain));
    }

    static Tree chain(Tree connectionManager) {
        return Tree.of(
                "filters", List.of(extension("envoy.filters.network.http_connection_manager", connectionManager)));
    }

    /** The side that is called: only these callers get through, each proven by its certificate. */
    Tree downstreamTls(String service, List<String> callers, String protocol) {
        return Tree.of("name", "envoy.transport_sockets.tls")
                .and(
                        "typed_config",
                        typed(TLS + "DownstreamTlsContext")
                                .and("require_client_certificate", true)
                                .and("common_tls_context", identity(service, callers, protocol)));
    }

    /** The side that calls: only this peer is spoken to. */
    Tree upstreamTls(String service, String peer, String protocol) {
        return Tree.of("name", "envoy.transport_sockets.tls")
                .and(
                        "typed_config",
                        typed(TLS + "UpstreamTlsContext")
                                .and("common_tls_context", identity(service, List.of(peer), protocol)));
    }

    private Tree identity(String service, List<String> peers, String protocol) {
        List<Tree> names = peers.stream()
                .map(peer -> Tree.of("san_type", "URI").and("matcher", Tree.of("exact", principal(peer))))
                .toList();
        return Tree.of("alpn_protocols", List.of(protocol))
                .and("tls_certificate_sds_secret_configs", List.of(secret("identity", service + ".sds.yaml")))
                .and(
                        "combined_validation_context",
                        Tree.of("default_validation_context", Tree.of("match_typed_subject_alt_names", names))
                                .and("validation_context_sds_secret_config", secret("authority", "ca.sds.yaml")));
    }

    private Tree secret(String name, String file) {
        return Tree.of("name", name)
                .and("sds_config", watched(folders.certificates().resolve(file)));
    }

    /** A file that Envoy reads again whenever it is replaced by a rename. */
    static Tree watched(Path file) {
        return Tree.of("resource_api_version", "V3")
                .and(
                        "path_config_source",
                        Tree.of("path", file.toString())
                                .and("watched_directory", Tree.of("path", String.valueOf(file.getParent()))));
    }

    static String principal(String service) {
        return "spiffe://millrace/" + service;
    }
}

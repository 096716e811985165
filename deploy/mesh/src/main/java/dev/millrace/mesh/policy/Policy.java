package dev.millrace.mesh.policy;

import dev.millrace.runtime.DataSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What sidecars do between services: the content of {@code policy.yaml}, which explains each value.
 *
 * @param newTraces the share of the calls that come without a trace for which the outer door begins one
 * @param services by name, in the order of the file
 */
public record Policy(
        String version,
        Connections connections,
        Breakers breakers,
        Ejection ejection,
        Retries retries,
        Share newTraces,
        Map<String, Service> services,
        Edge edge) {

    /** The name under which the outer door calls the gateways. */
    public static final String EDGE = "edge";

    /** In a kind of retries: the instance ended with the call in its hands, so that it may have been done. */
    public static final String LOST = "lost";

    /** The services that one service may call, in the order of the file. */
    public List<String> peersOf(String caller) {
        return services.entrySet().stream()
                .filter(peer -> peer.getValue().callers().containsKey(caller))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A part of all calls, in millionths. */
    public record Share(int millionths) {}

    /** How connections and streams are kept. */
    public record Connections(
            Duration connectWithin,
            Duration warmsUpFor,
            DataSize streamWindow,
            DataSize connectionWindow,
            DataSize requestBuffer,
            DataSize buffer,
            Duration keepalive,
            Duration keepaliveAnswer,
            Duration idleAtMost,
            Duration livesAtMost,
            Duration longestCall) {}

    /** How much one sidecar sends to one service at once. */
    public record Breakers(int connections, int pending, int requests, int retriesPercent, int retriesMin) {}

    /** When an instance that fails is left alone for a while. */
    public record Ejection(
            int failures,
            int gatewayFailures,
            int unreachable,
            Duration lookedAtEvery,
            Duration atLeast,
            Duration atMost,
            int percentMax) {}

    /**
     * What is tried again, how often and how soon.
     *
     * @param kinds by name, the conditions in Envoy's words or {@link #LOST}
     */
    public record Retries(int tries, Duration pauseMin, Duration pauseMax, Map<String, List<String>> kinds) {}

    /**
     * A service that is called.
     *
     * @param byModel whether its instances differ by the models they have
     * @param callers which methods each caller may call
     * @param routes the first that fits a method says what is tried again
     */
    public record Service(boolean byModel, Map<String, List<Permission>> callers, List<Route> routes) {}

    /**
     * Methods that may be called.
     *
     * @param methods the beginning of their full name, or the whole of it
     * @param needs a header that must not be empty
     */
    public record Permission(String methods, Optional<String> needs) {}

    /**
     * Methods that are tried again alike.
     *
     * @param methods the beginning of their full name, or the whole of it
     * @param retry the kind of {@link Retries}
     */
    public record Route(String methods, String retry) {}

    /**
     * The outer door.
     *
     * @param allowedHosts names under which it may be called, beside those of this machine
     * @param allowedOrigins of web pages that may call over gRPC-Web
     */
    public record Edge(
            List<String> allowedHosts, List<String> allowedOrigins, String httpRetry, List<String> removedHeaders) {}
}

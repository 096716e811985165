package dev.millrace.mesh.policy;

import dev.millrace.runtime.DataSize;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What sidecars do between services: the content of {@code policy.yaml}, which explains each value.
 *
 * @param version its operator's name for it, by which each sidecar tells what it goes by
 * @param limits what holds where a service says nothing else
 * @param kinds of retries by name: the conditions in Envoy's words or {@link #LOST}
 * @param newTraces the share of the calls that come without a trace for which the outer door begins one
 * @param services by name, in the order of the file
 */
public record Policy(
        String version,
        Limits limits,
        Map<String, List<String>> kinds,
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

    /** The service of this name; one that the policy does not know is no service. */
    public Service service(String name) {
        Service service = services.get(name);
        if (service == null) {
            throw new IllegalArgumentException(
                    "the policy has no service " + name + " (expected: one of " + services.keySet() + ")");
        }
        return service;
    }

    /** The longest deadline in all of it. */
    public Duration longestCall() {
        Stream<Calls> services = this.services.values().stream()
                .flatMap(service -> Stream.concat(
                        Stream.of(service.limits().calls()),
                        service.routes().stream().map(Route::calls)));
        return Stream.concat(Stream.of(limits.calls()), services)
                .map(Calls::deadline)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** A part of all calls, in millionths. */
    public record Share(int millionths) {}

    /** How calls to a service are carried. */
    public record Limits(Connections connections, Breakers breakers, Ejection ejection, Retries retries, Calls calls) {}

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
            Duration livesAtMost) {}

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

    /** How often and how soon a call is tried again. */
    public record Retries(int tries, Duration pauseMin, Duration pauseMax) {}

    /** How long a call may take in all, and without a byte. */
    public record Calls(Duration deadline, Duration silentAtMost) {}

    /**
     * A service that is called.
     *
     * @param byModel whether its instances differ by the models they have
     * @param limits of calls to it
     * @param callers which methods each caller may call
     * @param routes the first that fits a method says what is tried again, and how long a call may take
     */
    public record Service(boolean byModel, Limits limits, Map<String, List<Permission>> callers, List<Route> routes) {}

    /**
     * Methods that may be called.
     *
     * @param methods the beginning of their full name, or the whole of it
     * @param needs a header that must not be empty
     */
    public record Permission(String methods, Optional<String> needs) {}

    /**
     * Methods that are carried alike.
     *
     * @param methods the beginning of their full name, or the whole of it
     * @param retry the kind of retries
     * @param calls how long one may take
     */
    public record Route(String methods, String retry, Calls calls) {}

    /**
     * The outer door.
     *
     * @param allowedHosts names under which it may be called, beside those of this machine
     * @param allowedOrigins of web pages that may call over gRPC-Web
     */
    public record Edge(
            List<String> allowedHosts, List<String> allowedOrigins, String httpRetry, List<String> removedHeaders) {}
}

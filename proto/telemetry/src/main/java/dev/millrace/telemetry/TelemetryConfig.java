package dev.millrace.telemetry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a service's spans and measurements go; with neither place there is no telemetry at all.
 *
 * @param service the short name, such as {@code billing}; the {@code service.name} of all that it tells
 * @param version of the program
 * @param endpoint a collector that takes OTLP over gRPC, {@code http://host:port} or {@code https://host:port}
 * @param folder spans are kept here as well, in one bounded file a service, for {@code millrace trace}
 * @param sample the share of traces that begin here and are recorded, 0 to 1; what came with a trace keeps its own decision
 * @param metricsEvery how often measurements are sent
 */
public record TelemetryConfig(
        String service,
        String version,
        Optional<URI> endpoint,
        Optional<Path> folder,
        double sample,
        Duration metricsEvery) {

    public TelemetryConfig {
        endpoint.ifPresent(address -> check(
                "endpoint",
                ("http".equals(address.getScheme()) || "https".equals(address.getScheme())) && address.getPort() > 0,
                address,
                "http://host:port or https://host:port of a collector that takes OTLP over gRPC"));
        check("sample", sample >= 0 && sample <= 1, sample, "0 to 1");
        check("metrics-every", metricsEvery.isPositive(), metricsEvery, "above 0");
    }

    private static void check(String key, boolean holds, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("telemetry." + key + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Whether anybody would see what is told. */
    boolean isOn() {
        return endpoint.isPresent() || folder.isPresent();
    }
}

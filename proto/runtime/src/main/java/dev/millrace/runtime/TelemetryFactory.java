package dev.millrace.runtime;

import dev.millrace.telemetry.Telemetry;
import dev.millrace.telemetry.TelemetryConfig;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.env.Environment;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Makes the telemetry of a container from the section {@code telemetry} of its service. */
@Factory
final class TelemetryFactory {
    private static final String FOLDER = "traces";
    /** OTEL_EXPORTER_OTLP_ENDPOINT, as the container names variables. */
    private static final String STANDARD_VARIABLE = "otel.exporter.otlp.endpoint";

    private static final String VERSION = Optional.ofNullable(
                    TelemetryFactory.class.getPackage().getImplementationVersion())
            .orElse("unreleased");

    @Singleton
    @Bean(preDestroy = "close")
    Telemetry telemetry(Environment properties) {
        Optional<String> service = properties.getProperty(Contexts.SERVICE_KEY, String.class);
        if (service.isEmpty()) {
            return Telemetry.off();
        }
        String section = service.get() + ".telemetry.";
        Optional<String> endpoint = properties
                .getProperty(section + "endpoint", String.class)
                .filter(address -> !address.isBlank())
                .or(() -> properties.getProperty(STANDARD_VARIABLE, String.class))
                .filter(address -> !address.isBlank())
                .map(String::strip);
        Optional<Path> folder = properties
                .getProperty(section + "keep", Boolean.class)
                .filter(Boolean::booleanValue)
                .flatMap(keep -> properties.getProperty(Contexts.HOME_KEY, String.class))
                .map(home -> Path.of(home, FOLDER));
        if (endpoint.isEmpty() && folder.isEmpty()) {
            return Telemetry.off();
        }
        double sample = properties.getProperty(section + "sample", Double.class).orElse(1.0);
        Duration metricsEvery = properties
                .getProperty(section + "metrics-every", String.class)
                .map(Durations::parse)
                .orElse(Duration.ofSeconds(30));
        try {
            return Telemetry.open(new TelemetryConfig(
                    service.get(), VERSION, endpoint.map(TelemetryFactory::address), folder, sample, metricsEvery));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(service.get() + "." + wrong.getMessage(), wrong);
        }
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException wrong) {
            throw new IllegalArgumentException(
                    "telemetry.endpoint: " + text + " (expected: http://host:port of a collector)", wrong);
        }
    }
}

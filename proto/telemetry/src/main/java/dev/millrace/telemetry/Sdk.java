package dev.millrace.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InternalTelemetryVersion;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The SDK of one service. A call only ever puts its spans into a bounded queue; threads of the SDK empty it. A collector
 * that is away or slow therefore costs spans, which are counted, and never an answer or its time.
 */
final class Sdk implements AutoCloseable {
    private static final int QUEUED_SPANS_MAX = 4096;
    private static final int BATCH_SPANS_MAX = 512;
    private static final Duration BATCH_EVERY = Duration.ofSeconds(1);
    private static final Duration SEND_MAX = Duration.ofSeconds(5);
    private static final long CLOSE_MILLIS_MAX = 1000;
    /** Held because a logger that nobody holds forgets its level. */
    private static final Logger EXPORTERS = Logger.getLogger("io.opentelemetry");

    private final OpenTelemetrySdk telemetry;
    private final List<CountedSpans> places;

    private Sdk(OpenTelemetrySdk telemetry, List<CountedSpans> places) {
        this.telemetry = telemetry;
        this.places = places;
    }

    static Sdk open(TelemetryConfig config) {
        // It would write each failure to the console; ours says once that the collector is away and once that it is
        // back.
        EXPORTERS.setLevel(Level.OFF);
        Resource resource = Resource.create(Attributes.of(
                AttributeKey.stringKey("service.name"),
                config.service(),
                AttributeKey.stringKey("service.namespace"),
                "millrace",
                AttributeKey.stringKey("service.version"),
                config.version(),
                AttributeKey.stringKey("service.instance.id"),
                config.service() + "-" + ProcessHandle.current().pid()));
        SdkMeterProvider metrics = metrics(config, resource);
        List<CountedSpans> places = java.util.stream.Stream.concat(
                        config.endpoint().map(address -> new CountedSpans(address.toString(), spans(address))).stream(),
                        config
                                .folder()
                                .map(folder ->
                                        new CountedSpans(folder.toString(), SpanFile.in(folder, config.service())))
                                .stream())
                .toList();
        SdkTracerProviderBuilder traces = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.sample())));
        places.forEach(place -> traces.addSpanProcessor(BatchSpanProcessor.builder(place)
                .setMaxQueueSize(QUEUED_SPANS_MAX)
                .setMaxExportBatchSize(BATCH_SPANS_MAX)
                .setScheduleDelay(BATCH_EVERY)
                .setExporterTimeout(SEND_MAX)
                .setMeterProvider(metrics)
                .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
                .build()));
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(traces.build())
                .setMeterProvider(metrics)
                .build();
        return new Sdk(telemetry, places);
    }

    private static SpanExporter spans(URI endpoint) {
        return OtlpGrpcSpanExporter.builder()
                .setEndpoint(endpoint.toString())
                .setTimeout(SEND_MAX)
                .build();
    }

    /** Measurements need a collector; a file of spans is no place for them. */
    private static SdkMeterProvider metrics(TelemetryConfig config, Resource resource) {
        SdkMeterProviderBuilder metrics = SdkMeterProvider.builder().setResource(resource);
        config.endpoint()
                .ifPresent(endpoint ->
                        metrics.registerMetricReader(PeriodicMetricReader.builder(OtlpGrpcMetricExporter.builder()
                                        .setEndpoint(endpoint.toString())
                                        .setTimeout(SEND_MAX)
                                        .build())
                                .setInterval(config.metricsEvery())
                                .build()));
        return metrics.build();
    }

    OpenTelemetrySdk telemetry() {
        return telemetry;
    }

    long lostSpans() {
        return places.stream().mapToLong(CountedSpans::lost).sum();
    }

    /** Waits for the last batch only where the one before it arrived. */
    @Override
    public void close() {
        CompletableResultCode ended = telemetry.shutdown();
        if (places.stream().noneMatch(CountedSpans::isAway)) {
            ended.join(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }
}

package dev.millrace.telemetry;

import dev.millrace.rpc.Instruments;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The telemetry of one service: an SDK of its own, never the process's global one, because several services may share a
 * process. Where no place for it is configured there is none, nothing of the SDK is loaded, and calls cost nothing extra.
 */
public final class Telemetry implements Instruments, AutoCloseable {
    static final String SCOPE = "dev.millrace";
    private static final Telemetry OFF = new Telemetry(null);

    private final @Nullable Parts parts;

    private Telemetry(@Nullable Parts parts) {
        this.parts = parts;
    }

    /** None. */
    public static Telemetry off() {
        return OFF;
    }

    /** Opens it, or gives none where the configuration names no place. Nothing is connected here; close it. */
    public static Telemetry open(TelemetryConfig config) {
        return config.isOn() ? new Telemetry(Parts.of(Sdk.open(config))) : OFF;
    }

    @Override
    public boolean isOn() {
        return parts != null;
    }

    /** What instruments are made by; empty where there is no telemetry. */
    public Optional<Meter> meter() {
        return Optional.ofNullable(parts).map(on -> on.meter);
    }

    /** Spans that no collector took, for whatever cause. */
    public long lostSpans() {
        return parts == null ? 0 : parts.sdk.lostSpans();
    }

    /**
     * A call that came through a door of another kind than gRPC's: the next hop of the trace in its headers, else the first
     * of a new one. Whoever takes the call puts the step into its context and closes it at the end.
     *
     * @param headers gives the value of a header by its lower-case name, or null
     */
    public Step arrival(String name, UnaryOperator<@Nullable String> headers) {
        if (parts == null) {
            return Step.NONE;
        }
        Context came = Wire.received(headers);
        Span span = parts.tracer
                .spanBuilder(name)
                .setParent(came)
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
        return Step.apart(new Trace(parts.tracer, span));
    }

    @Override
    public void fit(ManagedChannelBuilder<?> channel) {
        if (parts != null) {
            parts.metrics.configureChannelBuilder(channel);
            channel.intercept(new TracedClient());
        }
    }

    @Override
    public void fit(ServerBuilder<?> server, boolean isPublic) {
        if (parts != null) {
            parts.metrics.configureServerBuilder(server);
            server.intercept(new TracedServer(parts.tracer, isPublic));
        }
    }

    /** Sends what waits, for at most a second, and ends. */
    @Override
    public void close() {
        if (parts != null) {
            parts.sdk.close();
        }
    }

    /** What there is when it is on. */
    private record Parts(Sdk sdk, Tracer tracer, Meter meter, GrpcOpenTelemetry metrics) {
        static Parts of(Sdk sdk) {
            return new Parts(
                    sdk,
                    sdk.telemetry().getTracer(SCOPE),
                    sdk.telemetry().getMeter(SCOPE),
                    GrpcOpenTelemetry.newBuilder().sdk(sdk.telemetry()).build());
        }
    }
}

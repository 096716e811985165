package dev.millrace.telemetry;

import io.grpc.Context;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where in its trace the current call is. It travels in gRPC's context, as the ids of the call do, so that whatever carries
 * these to another thread carries the trace as well, and nobody asks a thread-local of a second kind.
 */
public final class Trace {
    private static final Context.Key<Trace> KEY = Context.key("trace");

    final Tracer tracer;
    final Span span;

    Trace(Tracer tracer, Span span) {
        this.tracer = tracer;
        this.span = span;
    }

    static @Nullable Trace here() {
        return KEY.get();
    }

    Context in(Context context) {
        return context.withValue(KEY, this);
    }

    /** The trace's id, 32 hexadecimal digits; empty outside of a trace, and so always where there is no telemetry. */
    public static Optional<String> id() {
        Trace trace = KEY.get();
        return trace == null
                ? Optional.empty()
                : Optional.of(trace.span.getSpanContext().getTraceId());
    }

    /** The id of the span that runs here, 16 hexadecimal digits; empty outside of a trace. */
    public static Optional<String> spanId() {
        Trace trace = KEY.get();
        return trace == null
                ? Optional.empty()
                : Optional.of(trace.span.getSpanContext().getSpanId());
    }

    /** A context for work that outlives its call: the root, and of the current one the trace alone. */
    public static Context apart() {
        Trace trace = KEY.get();
        return trace == null ? Context.ROOT : trace.in(Context.ROOT);
    }
}

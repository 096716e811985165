package dev.millrace.telemetry;

import io.grpc.Context;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step on the way of a call, from its beginning until it is closed: a span. Tags are names, counts and times. What a
 * caller wrote, what a model answered and what a key is must never be one; exceptions are not recorded, because their texts
 * may quote any of these.
 *
 * <p>Outside of a trace, and so always where there is no telemetry, every step is {@link #NONE}, which does and costs
 * nothing. A step that {@link #begin began} is closed by its own thread.
 */
public final class Step implements AutoCloseable {
    /** The step that nobody watches. */
    public static final Step NONE = new Step(null, null);

    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final @Nullable Trace trace;
    /** Current before this step; null for one that no thread entered. */
    private final @Nullable Context before;

    private final @Nullable Context entered;

    private Step(@Nullable Trace trace, @Nullable Context entered) {
        this.trace = trace;
        this.entered = entered;
        before = entered == null ? null : entered.attach();
    }

    /** Begins a step of the current call; until it is closed, what this thread does is part of it. */
    public static Step begin(String name) {
        return begin(name, SpanKind.INTERNAL);
    }

    /** The same for a step that waits for somebody else, such as a model. */
    public static Step call(String name) {
        return begin(name, SpanKind.CLIENT);
    }

    /** Begins a step that no thread is in: any may close it, and {@link #in} says what is part of it. */
    public static Step beginApart(String name) {
        Trace parent = Trace.here();
        return parent == null ? NONE : apart(new Trace(parent.tracer, child(parent, name, SpanKind.INTERNAL)));
    }

    private static Step begin(String name, SpanKind kind) {
        Trace parent = Trace.here();
        if (parent == null) {
            return NONE;
        }
        Trace own = new Trace(parent.tracer, child(parent, name, kind));
        return new Step(own, own.in(Context.current()));
    }

    static Span child(Trace parent, String name, SpanKind kind) {
        return parent.tracer
                .spanBuilder(name)
                .setParent(io.opentelemetry.context.Context.root().with(parent.span))
                .setSpanKind(kind)
                .startSpan();
    }

    /** A step that no thread has entered; any thread may close it. */
    static Step apart(Trace trace) {
        return new Step(trace, null);
    }

    /** This context, with the step in it. */
    public Context in(Context context) {
        return trace == null ? context : trace.in(context);
    }

    /** Whether anybody will see it; ask before making a tag that costs something. */
    public boolean isRecorded() {
        return trace != null && trace.span.isRecording();
    }

    public Step tag(String key, String value) {
        if (trace != null && !value.isEmpty()) {
            trace.span.setAttribute(key, value);
        }
        return this;
    }

    public Step tag(String key, long value) {
        if (trace != null) {
            trace.span.setAttribute(key, value);
        }
        return this;
    }

    public Step tag(String key, double value) {
        if (trace != null) {
            trace.span.setAttribute(key, value);
        }
        return this;
    }

    public Step tag(String key, List<String> values) {
        if (trace != null && !values.isEmpty()) {
            trace.span.setAttribute(AttributeKey.stringArrayKey(key), values);
        }
        return this;
    }

    /** Says that it failed, and of what kind: the name of a reason, never a text. */
    public Step failed(String reason) {
        if (trace != null) {
            trace.span.setStatus(StatusCode.ERROR).setAttribute(ERROR_TYPE, reason);
        }
        return this;
    }

    /** The step as the W3C trace context writes it; empty where there is none. */
    public Optional<String> traceparent() {
        if (trace == null) {
            return Optional.empty();
        }
        SpanContext ids = trace.span.getSpanContext();
        return Optional.of("00-" + ids.getTraceId() + "-" + ids.getSpanId() + "-"
                + ids.getTraceFlags().asHex());
    }

    @Override
    public void close() {
        if (trace == null) {
            return;
        }
        trace.span.end();
        if (entered != null && before != null) {
            entered.detach(before);
        }
    }
}

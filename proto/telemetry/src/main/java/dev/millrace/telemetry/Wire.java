package dev.millrace.telemetry;

import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How a trace crosses the wire, and how a call on it is named and ends. Of a message nothing is read. */
final class Wire {
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
    private static final TextMapSetter<Metadata> TO_HEADERS = (headers, name, value) -> {
        if (headers != null) {
            Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
            headers.discardAll(key);
            headers.put(key, value);
        }
    };

    private Wire() {}

    /** The trace that a call came with; without a valid one the span in it is the invalid span. */
    static Context received(UnaryOperator<@Nullable String> headers) {
        return W3C.extract(Context.root(), headers, Lookup.INSTANCE);
    }

    static UnaryOperator<@Nullable String> lookup(Metadata headers) {
        return name -> name == null ? null : headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    static void send(Span span, Metadata headers) {
        W3C.inject(Context.root().with(span), headers, TO_HEADERS);
    }

    static void name(Span span, MethodDescriptor<?, ?> method) {
        span.setAttribute("rpc.system", "grpc");
        span.setAttribute("rpc.service", String.valueOf(method.getServiceName()));
        span.setAttribute("rpc.method", String.valueOf(method.getBareMethodName()));
    }

    /** What a server sees of the sidecar's repetitions. */
    static void attempt(Span span, Metadata headers) {
        String attempt = headers.get(MetadataKeys.SIDECAR_ATTEMPT);
        if (attempt != null && attempt.matches("[0-9]{1,4}")) {
            span.setAttribute("millrace.sidecar_attempt", Long.parseLong(attempt));
        }
    }

    /** The code, and the name of the reason; never the text, which may quote the caller. */
    static void end(Span span, Status status, Metadata trailers) {
        span.setAttribute("rpc.grpc.status_code", status.getCode().value());
        if (!status.isOk() && span.isRecording()) {
            span.setStatus(StatusCode.ERROR);
            String reason =
                    Fault.of(new StatusRuntimeException(status, trailers)).reason();
            span.setAttribute("error.type", reason.isEmpty() ? status.getCode().name() : reason);
        }
    }

    private enum Lookup implements TextMapGetter<UnaryOperator<@Nullable String>> {
        INSTANCE;

        @Override
        public Iterable<String> keys(UnaryOperator<@Nullable String> headers) {
            return W3C.fields();
        }

        @Override
        public @Nullable String get(@Nullable UnaryOperator<@Nullable String> headers, String name) {
            return headers == null ? null : headers.apply(name);
        }
    }
}

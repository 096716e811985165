package dev.millrace.telemetry;

import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/**
 * A span for each call that a server takes: the next hop of the trace that came with it. A public door begins a trace where
 * none came; an inner one does not, because what comes without is a poll or a probe and no part of a prompt's way.
 */
final class TracedServer implements ServerInterceptor {
    private static final String INFRASTRUCTURE = "grpc.";

    private final Tracer tracer;
    private final boolean begins;

    TracedServer(Tracer tracer, boolean begins) {
        this.tracer = tracer;
        this.begins = begins;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Context came = Wire.received(Wire.lookup(headers));
        boolean isTraced = Span.fromContext(came).getSpanContext().isValid();
        if (method.startsWith(INFRASTRUCTURE) || !(begins || isTraced)) {
            return next.startCall(call, headers);
        }
        Span span = tracer.spanBuilder(method)
                .setParent(came)
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
        Wire.name(span, call.getMethodDescriptor());
        Wire.attempt(span, headers);
        io.grpc.Context context = new Trace(tracer, span).in(io.grpc.Context.current());
        return new Ending<>(
                Contexts.interceptCall(
                        context,
                        new SimpleForwardingServerCall<Q, A>(call) {
                            @Override
                            public void close(Status status, Metadata trailers) {
                                Wire.end(span, status, trailers);
                                super.close(status, trailers);
                            }
                        },
                        headers,
                        next),
                span);
    }

    /** Ends the span with the call, whichever way that goes. */
    private static final class Ending<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Span span;

        Ending(ServerCall.Listener<Q> next, Span span) {
            super(next);
            this.span = span;
        }

        @Override
        public void onComplete() {
            span.end();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            Wire.end(span, Status.CANCELLED, new Metadata());
            span.end();
            super.onCancel();
        }
    }
}

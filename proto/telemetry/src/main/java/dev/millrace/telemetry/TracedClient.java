package dev.millrace.telemetry;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;

/** A span for each call to a peer that belongs to a trace, and the header that lets the peer go on with it. */
final class TracedClient implements ClientInterceptor {

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        Trace trace = Trace.here();
        if (trace == null) {
            return next.newCall(method, options);
        }
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                Span span = Step.child(trace, method.getFullMethodName(), SpanKind.CLIENT);
                Wire.name(span, method);
                Wire.send(span, headers);
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                Wire.end(span, status, trailers);
                                span.end();
                                super.onClose(status, trailers);
                            }
                        },
                        headers);
            }
        };
    }
}

package dev.millrace.rpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts a server's calls from their start to their completion or cancellation. */
final class CallsInFlight implements ServerInterceptor {
    private final AtomicInteger calls = new AtomicInteger();

    int count() {
        return calls.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        calls.incrementAndGet();
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onComplete() {
                calls.decrementAndGet();
                super.onComplete();
            }

            @Override
            public void onCancel() {
                calls.decrementAndGet();
                super.onCancel();
            }
        };
    }
}

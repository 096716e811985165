package dev.millrace.cli;

import dev.millrace.rpc.MetadataKeys;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.SplittableRandom;

/**
 * Asks for a trace of each call, so that whoever typed a prompt can look at its way afterwards, however few of the others are
 * traced. Where nothing is traced it is not heard.
 */
final class TracedCalls implements ClientInterceptor {
    private final SplittableRandom random = new SplittableRandom();

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                headers.put(MetadataKeys.TRACEPARENT, traceparent());
                super.start(listener, headers);
            }
        };
    }

    /** As the W3C writes it; ids of zeros alone are not valid, and the last bit says that it is wanted. */
    private String traceparent() {
        return String.format("00-%016x%016x-%016x-01", random.nextLong(), id(), id());
    }

    private long id() {
        return random.nextLong(1, Long.MAX_VALUE);
    }
}

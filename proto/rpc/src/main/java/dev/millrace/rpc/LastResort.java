package dev.millrace.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what nobody expected into an INTERNAL status with a reason: logged once with the request id, while the caller sees
 * no text of the exception. A healthy node must not be ejected for UNKNOWN statuses that one request provokes.
 */
public final class LastResort implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(LastResort.class);

    private final String service;

    public LastResort(String service) {
        this.service = service;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Guarded<Q, A> guarded = new Guarded<>(call, CallContext.requestId());
        try {
            return new Watched<>(next.startCall(guarded, headers), guarded);
        } catch (RuntimeException | AssertionError failure) {
            guarded.fail(failure);
            return new ServerCall.Listener<>() {};
        }
    }

    /** Closes once, and never with a status that an unexpected exception made. */
    private final class Guarded<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final AtomicBoolean closed = new AtomicBoolean();
        private final String requestId;

        Guarded(ServerCall<Q, A> call, String requestId) {
            super(call);
            this.requestId = requestId;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            boolean unexpected = status.getCode() == Status.Code.UNKNOWN && status.getCause() != null;
            if (unexpected) {
                fail(status.getCause());
            } else if (closed.compareAndSet(false, true)) {
                super.close(status, trailers);
            }
        }

        void fail(Throwable failure) {
            switch (failure) {
                case StatusRuntimeException known -> close(known.getStatus(), orEmpty(known.getTrailers()));
                case StatusException known -> close(known.getStatus(), orEmpty(known.getTrailers()));
                default -> failUnexpectedly(failure);
            }
        }

        private void failUnexpectedly(Throwable failure) {
            LOG.atError()
                    .addKeyValue("request_id", requestId)
                    .addKeyValue("method", getMethodDescriptor().getFullMethodName())
                    .setCause(failure)
                    .log("unexpected failure");
            if (closed.compareAndSet(false, true)) {
                Fault.of(
                                Status.Code.INTERNAL,
                                service,
                                TransportReason.UNEXPECTED.name(),
                                "unexpected failure in " + service + "; its log names request " + requestId)
                        .with("request_id", requestId)
                        .close(delegate());
            }
        }

        private static Metadata orEmpty(@Nullable Metadata trailers) {
            return trailers == null ? new Metadata() : trailers;
        }
    }

    /** Catches what the handler throws from its callbacks. */
    private static final class Watched<Q, A> extends SimpleForwardingServerCallListener<Q> {
        private final Guarded<Q, A> call;

        Watched(ServerCall.Listener<Q> next, Guarded<Q, A> call) {
            super(next);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guard(super::onReady);
        }

        @Override
        public void onCancel() {
            guard(super::onCancel);
        }

        @Override
        public void onComplete() {
            guard(super::onComplete);
        }

        private void guard(Runnable callback) {
            try {
                callback.run();
            } catch (RuntimeException | AssertionError failure) {
                call.fail(failure);
            }
        }
    }
}

package dev.millrace.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends a call whose one message does not come whole in time, so that whoever opens calls and sends nothing holds no place. It
 * is the transport that waits for the message: no handler runs yet that could end the call, and a deadline in the context ends
 * only what looks at it. Of a stream of messages from the caller the first is waited for; the rest are its handler's matter.
 */
public final class RequestArrival implements ServerInterceptor {
    private final Duration limit;

    /** The limit runs from the headers to the end of the caller's side, or to the first message of its stream. */
    public RequestArrival(Duration limit) {
        this.limit = limit;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Awaited<Q, A> awaited = new Awaited<>(call);
        Alarms.Alarm alarm = Alarms.set(limit, () -> awaited.expire(limit));
        boolean untilFirst = !call.getMethodDescriptor().getType().clientSendsOneMessage();
        return new Watched<>(next.startCall(awaited, headers), awaited, alarm, untilFirst);
    }

    /** Who ends the call is decided once: its handler may from the moment on in which the message has come, and this before. */
    private enum State {
        WAITING,
        ARRIVED,
        EXPIRED,
        CLOSED
    }

    /** The call, which its handler may end while it waits for the message, unless that took too long. */
    private static final class Awaited<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

        Awaited(ServerCall<Q, A> call) {
            super(call);
        }

        /** False: it has come too late. */
        boolean arrive() {
            return state.compareAndSet(State.WAITING, State.ARRIVED) || state.get() != State.EXPIRED;
        }

        void expire(Duration limit) {
            if (state.compareAndSet(State.WAITING, State.EXPIRED)) {
                TransportReason.HOP_DEADLINE_EXCEEDED
                        .fault(
                                Status.Code.DEADLINE_EXCEEDED,
                                "the call's message did not come within " + limit.toMillis()
                                        + " ms of its headers. Send it at once")
                        .with("limit_ms", limit.toMillis())
                        .close(delegate());
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (state.getAndUpdate(now -> now == State.EXPIRED ? now : State.CLOSED) != State.EXPIRED) {
                super.close(status, trailers);
            }
        }
    }

    /** Tells the handler of a message that has come in time, and of nothing but the end after that. */
    private static final class Watched<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Awaited<Q, ?> call;
        private final Alarms.Alarm alarm;
        private final boolean untilFirst;

        Watched(ServerCall.Listener<Q> next, Awaited<Q, ?> call, Alarms.Alarm alarm, boolean untilFirst) {
            super(next);
            this.call = call;
            this.alarm = alarm;
            this.untilFirst = untilFirst;
        }

        @Override
        public void onMessage(Q message) {
            if (!untilFirst) {
                super.onMessage(message);
                return;
            }
            alarm.cancel();
            if (call.arrive()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            alarm.cancel();
            if (call.arrive()) {
                super.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            alarm.cancel();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            alarm.cancel();
            super.onComplete();
        }
    }
}

package dev.millrace.gateway.grpc;

import com.google.protobuf.MessageLite;
import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.PromptRoom.Taken;
import dev.millrace.gateway.TurnFault;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.ArrayDeque;
import java.util.Deque;

/** Takes room for each message of a call as it comes, and gives it back when the call has ended. */
public final class MessageRoom implements ServerInterceptor {

    private final PromptRoom room;

    public MessageRoom(PromptRoom room) {
        this.room = room;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new Guarded<>(next.startCall(call, headers), call);
    }

    private static int size(Object message) {
        return switch (message) {
            case MessageLite wire -> wire.getSerializedSize();
            case byte[] bytes -> bytes.length;
            default -> 0;
        };
    }

    /** gRPC calls it from one thread at a time. */
    private final class Guarded<Q, A> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, A> call;
        private final Deque<Taken> taken = new ArrayDeque<>(1);
        private boolean refused;

        Guarded(ServerCall.Listener<Q> next, ServerCall<Q, A> call) {
            super(next);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            try {
                taken.add(room.take(size(message)));
            } catch (TurnFault full) {
                refused = true;
                Faults.of(full).close(call);
                return;
            }
            super.onMessage(message);
        }

        /** A handler that never saw its message must not complain of that. */
        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            taken.forEach(Taken::close);
            super.onCancel();
        }

        @Override
        public void onComplete() {
            taken.forEach(Taken::close);
            super.onComplete();
        }
    }
}

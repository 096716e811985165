package dev.millrace.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gives a call at a public door a deadline: the caller's, but no longer than the cap, and the cap where it names none.
 * The handler sees it in the context and ends the call itself; when it does not, the context is cancelled.
 */
public final class DeadlineCap implements ServerInterceptor {
    private final Duration cap;

    public DeadlineCap(Duration cap) {
        this.cap = cap;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Deadline capped = Deadlines.after(cap);
        @Nullable Deadline asked = Context.current().getDeadline();
        if (asked != null && asked.isBefore(capped)) {
            return next.startCall(call, headers);
        }
        Context.CancellableContext context = Context.current().withDeadline(capped, AlarmTimer.INSTANCE);
        return new Released<>(Contexts.interceptCall(context, call, headers, next), context);
    }

    /** Cancels the context at the end of the call, so that its timer does not live on for minutes. */
    private static final class Released<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Context.CancellableContext context;

        Released(ServerCall.Listener<Q> next, Context.CancellableContext context) {
            super(next);
            this.context = context;
        }

        @Override
        public void onCancel() {
            try {
                super.onCancel();
            } finally {
                context.cancel(null);
            }
        }

        @Override
        public void onComplete() {
            try {
                super.onComplete();
            } finally {
                context.cancel(null);
            }
        }
    }
}

package dev.millrace.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Gives a call at a public door a deadline: the caller's, but no longer than the cap, and the cap where it names none.
 * One that
 * cannot be read is INVALID_ARGUMENT, unless a sidecar has put its own bound in the place of it. The handler sees it in the context, which is cancelled then, and ends the call itself; one that does not is reset.
 */
public final class DeadlineCap implements ServerInterceptor {
    /** How long a handler may take to end a call whose time is up: where all cores are busy, some 10 ms pass before it runs. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final String service;
    private final Duration cap;

    public DeadlineCap(String service, Duration cap) {
        this.service = service;
        this.cap = cap;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<String> unreadable = CallReset.unreadable();
        if (unreadable.isPresent()) {
            String message = "grpc-timeout: " + unreadable.get() + " (expected: up to 8 digits and H, M, S, m, u or n)";
            Fault.of(Status.Code.INVALID_ARGUMENT, service, "TIMEOUT_MALFORMED", message)
                    .with("timeout", unreadable.get())
                    .close(call);
            return new ServerCall.Listener<>() {};
        }
        Deadline capped = Deadlines.after(cap);
        @Nullable Deadline asked = CallReset.asked();
        Deadline deadline = asked == null ? capped : asked.minimum(capped);
        if (deadline.equals(Context.current().getDeadline())) {
            return next.startCall(call, headers);
        }
        Runnable reset = CallReset.ofCurrentCall();
        Context.CancellableContext context = Context.current().withDeadline(deadline, AlarmTimer.INSTANCE);
        context.addListener(
                ended -> {
                    if (ended.cancellationCause() instanceof TimeoutException) {
                        Alarms.set(GRACE, reset);
                    }
                },
                Runnable::run);
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

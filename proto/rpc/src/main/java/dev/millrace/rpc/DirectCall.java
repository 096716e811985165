package dev.millrace.rpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call within the process: the caller's end, the server's end, and what lies between them.
 *
 * <p>Messages are handed over as they are, which is why they must not be changed, as protobuf's cannot be; those that were not
 * asked for yet wait. The ends are told through their {@link Mailbox}es. What changes once the call is open is guarded by this
 * object's monitor, which is never held while an end is told anything.
 */
final class DirectCall<Q, A> {
    private static final Logger LOG = LoggerFactory.getLogger(DirectCall.class);
    private static final Status TOO_LATE = Status.DEADLINE_EXCEEDED.withDescription("the deadline has passed");

    private final MethodDescriptor<Q, A> method;
    private final CallOptions options;
    private final DirectServer server;
    private final OpenCalls ofChannel;
    private final Context callersContext = Context.current();
    private final Mailbox toCaller;
    private final CallersEnd callersEnd = new CallersEnd();
    private final ServersEnd serversEnd = new ServersEnd();
    private final Lane<Q> questions = new Lane<>();
    private final Lane<A> answers = new Lane<>();
    private final Context.CancellationListener callerLeaves = context -> cut(Contexts.statusFromCancelled(context));

    private ClientCall.@Nullable Listener<A> caller;
    private @Nullable Mailbox toServer;
    private Context.@Nullable CancellableContext serversContext;
    /** Only touched by events of the server's mailbox. */
    private ServerCall.Listener<Q> handler = new ServerCall.Listener<>() {};

    /** Only touched by events of the caller's mailbox. */
    private boolean deaf;

    private volatile boolean ended;
    private volatile boolean cut;

    DirectCall(
            MethodDescriptor<Q, A> method,
            CallOptions options,
            DirectServer server,
            OpenCalls ofChannel,
            Executor listening) {
        this.method = method;
        this.options = options;
        this.server = server;
        this.ofChannel = ofChannel;
        this.toCaller = new Mailbox(listening, callersContext);
    }

    ClientCall<Q, A> caller() {
        return callersEnd;
    }

    private void begin(ClientCall.Listener<A> listener, Metadata headers) {
        synchronized (this) {
            if (caller != null || ended) {
                throw new IllegalStateException(ended ? "the call was cancelled" : "the call has begun already");
            }
            caller = listener;
        }
        Deadline deadline = earlier(options.getDeadline(), callersContext.getDeadline());
        if (callersContext.isCancelled()) {
            refuse(listener, Contexts.statusFromCancelled(callersContext));
        } else if (deadline != null && deadline.isExpired()) {
            refuse(listener, TOO_LATE);
        } else {
            open(headers, deadline);
        }
    }

    private static @Nullable Deadline earlier(@Nullable Deadline one, @Nullable Deadline other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.minimum(other);
    }

    private void refuse(ClientCall.Listener<A> listener, Status status) {
        synchronized (this) {
            if (!ended) {
                ended = true;
                cut = true;
                toCaller.put(() -> closed(() -> listener.onClose(status, new Metadata())));
            }
        }
        toCaller.deliver();
    }

    private void open(Metadata headers, @Nullable Deadline deadline) {
        Context.CancellableContext context = deadline == null
                ? Context.ROOT.withCancellation()
                : Context.ROOT.withDeadline(deadline, AlarmTimer.INSTANCE);
        Mailbox mailbox = new Mailbox(server.executor(method.getFullMethodName()), context);
        synchronized (this) {
            serversContext = context;
            toServer = mailbox;
        }
        if (!ofChannel.add(this) || !server.calls().add(this)) {
            cut(Status.UNAVAILABLE.withDescription("no more calls are taken"));
            leave();
            return;
        }
        synchronized (this) {
            // Whatever ends the call comes after its begin, or instead of it.
            if (!ended) {
                mailbox.put(() -> served(() -> handler = server.handler(method).startCall(serversEnd, headers)));
            }
        }
        callersContext.addListener(callerLeaves, Runnable::run);
        if (deadline != null) {
            context.addListener(timedOut -> cut(TOO_LATE), Runnable::run);
        }
        if (ended) {
            leave();
        }
        mailbox.deliver();
    }

    /** Ends the call before its time, for both. */
    void cut(Status status) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            cut = true;
            ClientCall.Listener<A> listener = caller;
            if (listener != null) {
                toCaller.put(() -> closed(() -> listener.onClose(status, new Metadata())));
            }
            if (toServer != null) {
                toServer.put(() -> served(() -> handler.onCancel()));
            }
        }
        leave();
        if (serversContext != null) {
            serversContext.cancel(status.getCause());
        }
        deliver();
    }

    private void leave() {
        callersContext.removeListener(callerLeaves);
        ofChannel.remove(this);
        server.calls().remove(this);
    }

    private void deliver() {
        if (toServer != null) {
            toServer.deliver();
        }
        toCaller.deliver();
    }

    /** Runs an event of the server's end. */
    private void served(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error failure) {
            LOG.atError()
                    .addKeyValue("method", method.getFullMethodName())
                    .setCause(failure)
                    .log("a handler failed");
            cut(Status.UNKNOWN.withDescription("the handler failed"));
        }
    }

    /** Runs an event of the caller's end; a listener that failed once is told the end and nothing else. */
    private void heard(Runnable event) {
        if (deaf) {
            return;
        }
        try {
            event.run();
        } catch (RuntimeException | Error failure) {
            deaf = true;
            cut(Status.CANCELLED.withDescription("the listener failed").withCause(failure));
        }
    }

    private void closed(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error failure) {
            LOG.atWarn()
                    .addKeyValue("method", method.getFullMethodName())
                    .setCause(failure)
                    .log("a listener failed");
        }
    }

    private void pumpQuestions() {
        Mailbox mailbox = toServer;
        if (ended || mailbox == null) {
            return;
        }
        for (Q message = questions.next(); message != null; message = questions.next()) {
            Q handed = message;
            mailbox.put(() -> served(() -> handler.onMessage(handed)));
        }
        Runnable end = questions.end();
        if (end != null) {
            mailbox.put(end);
        }
    }

    private void pumpAnswers() {
        ClientCall.Listener<A> listener = caller;
        if (ended || listener == null) {
            return;
        }
        for (A message = answers.next(); message != null; message = answers.next()) {
            A handed = message;
            toCaller.put(() -> heard(() -> listener.onMessage(handed)));
        }
        Runnable end = answers.end();
        if (end != null) {
            end.run();
        }
    }

    /** What the caller holds. */
    private final class CallersEnd extends ClientCall<Q, A> {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
            begin(listener, headers);
        }

        @Override
        public void request(int messages) {
            synchronized (DirectCall.this) {
                boolean wakes = !answers.isReady();
                answers.want(messages);
                pumpAnswers();
                if (wakes && answers.isReady() && !ended && toServer != null) {
                    toServer.put(() -> served(() -> handler.onReady()));
                }
            }
            deliver();
        }

        @Override
        public void sendMessage(Q message) {
            synchronized (DirectCall.this) {
                if (questions.isClosed()) {
                    throw new IllegalStateException("the call is half-closed");
                }
                questions.send(message);
                pumpQuestions();
            }
            deliver();
        }

        @Override
        public void halfClose() {
            synchronized (DirectCall.this) {
                questions.close(() -> served(() -> handler.onHalfClose()));
                pumpQuestions();
            }
            deliver();
        }

        @Override
        public boolean isReady() {
            synchronized (DirectCall.this) {
                return questions.isReady();
            }
        }

        @Override
        public void cancel(@Nullable String reason, @Nullable Throwable cause) {
            Status status = Status.CANCELLED.withCause(cause);
            cut(reason == null ? status : status.withDescription(reason));
        }
    }

    /** What the handler holds. */
    private final class ServersEnd extends ServerCall<Q, A> {
        private boolean headersSent;

        @Override
        public void request(int messages) {
            synchronized (DirectCall.this) {
                // Who sends one message only does not wait until it is wanted.
                boolean wakes = !questions.isReady() && !method.getType().clientSendsOneMessage();
                questions.want(messages);
                pumpQuestions();
                ClientCall.Listener<A> listener = caller;
                if (wakes && questions.isReady() && !ended && listener != null) {
                    toCaller.put(() -> heard(listener::onReady));
                }
            }
            deliver();
        }

        @Override
        public void sendHeaders(Metadata headers) {
            synchronized (DirectCall.this) {
                if (headersSent || answers.isClosed()) {
                    throw new IllegalStateException("headers were sent already, or the call is closed");
                }
                headersSent = true;
                ClientCall.Listener<A> listener = caller;
                if (!ended && listener != null) {
                    toCaller.put(() -> heard(() -> listener.onHeaders(headers)));
                }
            }
            // An only message follows at once, or the end does: whoever waits wakes once for both.
            if (!method.getType().serverSendsOneMessage()) {
                deliver();
            }
        }

        @Override
        public void sendMessage(A message) {
            synchronized (DirectCall.this) {
                if (!headersSent || answers.isClosed()) {
                    throw new IllegalStateException("no headers were sent, or the call is closed");
                }
                answers.send(message);
                pumpAnswers();
            }
            deliver();
        }

        @Override
        public void close(Status status, Metadata trailers) {
            synchronized (DirectCall.this) {
                if (answers.isClosed()) {
                    throw new IllegalStateException("the call is closed");
                }
                // A cause crosses no wire, so none crosses here.
                answers.close(() -> end(status.withCause(null), trailers));
                pumpAnswers();
            }
            deliver();
        }

        /** The good end, or the handler's own bad one: both know all that there is to know. */
        private void end(Status status, Metadata trailers) {
            ended = true;
            ClientCall.Listener<A> listener = caller;
            Context.CancellableContext context = serversContext;
            if (listener != null) {
                toCaller.put(() -> closed(() -> listener.onClose(status, trailers)));
            }
            if (toServer != null && context != null) {
                toServer.put(() -> {
                    leave();
                    served(() -> handler.onComplete());
                    context.cancel(null);
                });
            }
        }

        @Override
        public boolean isReady() {
            synchronized (DirectCall.this) {
                return answers.isReady();
            }
        }

        @Override
        public boolean isCancelled() {
            return cut;
        }

        @Override
        public MethodDescriptor<Q, A> getMethodDescriptor() {
            return method;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }
    }
}

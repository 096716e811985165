package dev.millrace.gateway.http;

import dev.millrace.gateway.PromptRoom.Taken;
import dev.millrace.gateway.TurnSink.CallerGone;
import dev.millrace.rpc.CallContext;
import dev.millrace.telemetry.Step;
import io.grpc.Context;
import io.grpc.Deadline;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Ties a turn to the connection that asked for it: the connection's end cancels the turn's context, also while nothing is
 * written. Closed when the turn has ended, because a connection outlives its calls.
 */
final class CallScope implements AutoCloseable {
    private final Channel channel;
    private final Context.CancellableContext context;
    private final Step step;
    private final Taken room;
    private final GenericFutureListener<Future<? super Void>> onClose = closed -> cancel();
    private volatile boolean gone;

    private CallScope(Channel channel, Context.CancellableContext context, Step step, Taken room) {
        this.channel = channel;
        this.context = context;
        this.step = step;
        this.room = room;
    }

    static CallScope open(
            Channel channel,
            Exchange exchange,
            Step step,
            Taken room,
            Deadline deadline,
            ScheduledExecutorService timer) {
        Context ids = step.in(CallContext.with(exchange.requestId(), exchange.turnId()));
        CallScope scope = new CallScope(channel, ids.withDeadline(deadline, timer), step, room);
        channel.closeFuture().addListener(scope.onClose);
        return scope;
    }

    Context.CancellableContext context() {
        return context;
    }

    /** Whether the caller has closed its connection. */
    boolean gone() {
        return gone;
    }

    void check() throws CallerGone {
        if (gone) {
            throw new CallerGone(false);
        }
    }

    /** What listens to the context is not ours to trust with an event loop's time. */
    private void cancel() {
        gone = true;
        Thread.ofVirtual().name("http-cancel").start(() -> context.cancel(new CallerGone(false)));
    }

    /** Ends the connection itself, for a reader that takes nothing. */
    void abort() {
        var _ = channel.close();
    }

    @Override
    public void close() {
        channel.closeFuture().removeListener(onClose);
        context.cancel(null);
        step.close();
        room.close();
    }
}

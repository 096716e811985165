package dev.millrace.relay.upstream;

import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Upstream.Unreachable;
import dev.millrace.rpc.LoopThreads;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections to providers, of which so many at most carry an exchange. One that was given back is used again for up to ten
 * minutes, and dropped when it was idle for one: providers close them without notice. One that a provider has closed is known as
 * such at once.
 */
final class Connections implements AutoCloseable {
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final long AGE_NANOS_MAX = TimeUnit.MINUTES.toNanos(10);
    private static final long NEAR_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
    private static final long SWEEP_SECONDS = 10;
    /** What the sweep drops nobody takes any more, at just the same moment either. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Connector connector;
    private final Permits permits;
    private final Map<Place, Deque<Connection>> idle = new ConcurrentHashMap<>();
    private final Runnable endSweeping;
    private volatile boolean closed;

    Connections(EventLoopGroup loops, HostGuard guard, int connectionsMax) {
        this.connector = new Connector(loops, guard);
        this.permits = new Permits(connectionsMax);
        var sweeping = loops.next().scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        endSweeping = () -> sweeping.cancel(false);
    }

    /** A connection for one exchange, to be given back or dropped; the signal ends the wait for it, and then cuts it. */
    Connection take(Place place, Duration within, AbortSignal signal) throws Unreachable {
        awaitPermit(place, within, signal);
        Connection rested = rested(place);
        if (rested == null) {
            return opened(place, within, signal);
        }
        signal.ends(rested::cut);
        return rested;
    }

    /** The same, but one that nobody has used before. */
    Connection takeFresh(Place place, Duration within, AbortSignal signal) throws Unreachable {
        awaitPermit(place, within, signal);
        return opened(place, within, signal);
    }

    private void awaitPermit(Place place, Duration within, AbortSignal signal) throws Unreachable {
        Permits.Wait wait = permits.ask();
        signal.ends(wait::giveUp);
        try {
            if (!wait.await(within)) {
                String why = signal.isRaised() ? "the request was given up" : "every connection is in use";
                throw new Unreachable(place.address(), why, new IOException("no connection"));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unreachable(place.address(), "interrupted", stopped);
        }
    }

    private @Nullable Connection rested(Place place) {
        Deque<Connection> there = idle.get(place);
        if (there == null) {
            return null;
        }
        long now = System.nanoTime();
        for (Connection found = near(there, now); found != null; found = near(there, now)) {
            if (found.isFit(now, IDLE_NANOS_MAX, AGE_NANOS_MAX)) {
                return found;
            }
            found.cut();
        }
        return null;
    }

    /**
     * One of the caller's own event loop before others, since that has nothing to hand over; but not one that has rested for long,
     * as its provider closes it sooner.
     */
    private static @Nullable Connection near(Deque<Connection> there, long now) {
        EventLoop own = LoopThreads.loop();
        Iterator<Connection> each = there.iterator();
        while (own != null && each.hasNext()) {
            Connection one = each.next();
            // Whoever has taken it out of the same place has it.
            if (one.isOn(own) && one.isFit(now, NEAR_NANOS_MAX, AGE_NANOS_MAX) && there.remove(one)) {
                return one;
            }
        }
        return there.pollFirst();
    }

    private Connection opened(Place place, Duration within, AbortSignal signal) throws Unreachable {
        boolean opened = false;
        try {
            Connection connection = connector.open(place, within, signal);
            opened = true;
            signal.ends(connection::cut);
            return connection;
        } finally {
            if (!opened) {
                permits.release();
            }
        }
    }

    /** For another exchange, if it is fit for one. Whoever has waited for a permit finds it at rest. */
    void giveBack(Place place, Connection connection) {
        Deque<Connection> there = idle.computeIfAbsent(place, first -> new ConcurrentLinkedDeque<>());
        if (!connection.rest() || closed) {
            drop(connection);
            return;
        }
        there.addFirst(connection);
        if (closed) {
            connection.cut();
        }
        permits.release();
    }

    /** Cuts it; its permit is free when it is closed. */
    void drop(Connection connection) {
        connection.cut();
        connection.whenClosed(permits::release);
    }

    private void sweep() {
        long now = System.nanoTime();
        idle.values()
                .forEach(there -> there.forEach(connection -> {
                    boolean unfit = !connection.isFit(now, IDLE_NANOS_MAX + GRACE_NANOS, AGE_NANOS_MAX + GRACE_NANOS);
                    // Only who takes it out may cut it: another exchange may just have been given it.
                    if (unfit && there.remove(connection)) {
                        connection.cut();
                    }
                }));
    }

    @Override
    public void close() {
        closed = true;
        endSweeping.run();
        idle.values()
                .forEach(there -> there.removeIf(connection -> {
                    connection.cut();
                    return true;
                }));
    }
}

package dev.millrace.rpc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** {@link Alarms} in the form that gRPC's contexts ask for: runs what is due once, and nothing else. */
final class AlarmTimer extends AbstractExecutorService implements ScheduledExecutorService {
    static final AlarmTimer INSTANCE = new AlarmTimer();

    private AlarmTimer() {}

    @Override
    public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
        return new Due(action, Duration.of(delay, unit.toChronoUnit()));
    }

    @Override
    public <T> ScheduledFuture<T> schedule(Callable<T> action, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("only actions without a result");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable action, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("an alarm rings once");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable action, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("an alarm rings once");
    }

    @Override
    public void execute(Runnable action) {
        action.run();
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("alarms belong to the whole process");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("alarms belong to the whole process");
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    /** One action and its alarm. */
    private static final class Due extends FutureTask<Void> implements ScheduledFuture<Void> {
        private final long atNanos;
        private final Alarms.Alarm alarm;

        Due(Runnable action, Duration after) {
            super(action, null);
            this.atNanos = System.nanoTime() + after.toNanos();
            this.alarm = Alarms.set(after, this);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            alarm.cancel();
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}

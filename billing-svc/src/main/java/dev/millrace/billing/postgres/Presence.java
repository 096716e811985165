package dev.millrace.billing.postgres;

import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Work;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to the other processes on this database that this one lives, and finds those that do not.
 *
 * <p>A process that has not said so for {@link #SILENCE_MAX} is taken for dead and its open turns are closed, once, by
 * whoever finds it. Nobody judges who was away himself: after an outage of the database every process is silent, and the
 * first one back would take all others for dead; so it has to have watched without a gap for as long.
 */
final class Presence implements AutoCloseable {
    static final Duration SILENCE_MAX = Duration.ofSeconds(15);
    /** Three beats: a database that restarts is back by then. */
    private static final Duration AWAY_AFTER = Duration.ofSeconds(6);

    /** The condition under which a row of open_attempt or hold has lost its process. */
    static final String ORPHANED = "instance_id IN (SELECT i.instance_id FROM instance i"
            + " WHERE i.left_at IS NOT NULL AND i.recovered_at IS NULL)";

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final long MICROS = 1_000;

    private final Connections connections;
    private final String instanceId;
    private final Work<?> refresh;
    private final Runnable recoverAll;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile long heardNanos = System.nanoTime();
    /** Guarded by this object, as is the next. */
    private long lastBeatMicros;

    private long watchingSinceMicros;

    /**
     * @param refresh what else is to be known every two seconds
     * @param recoverAll closes the turns of all processes that have left, after each beat that found any
     */
    Presence(Connections connections, String instanceId, Work<?> refresh, Runnable recoverAll) {
        this.connections = connections;
        this.instanceId = instanceId;
        this.refresh = refresh;
        this.recoverAll = recoverAll;
        this.thread = Thread.ofPlatform().daemon().name("ledger-presence").unstarted(this::run);
    }

    void start() {
        beat();
        thread.start();
    }

    private void run() {
        try {
            while (!closing.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                beatIfPossible();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beatIfPossible() {
        try {
            beat();
        } catch (LedgerUnavailableException e) {
            LOG.atDebug().setCause(e).log("the ledger is away; the next beat tries again");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("telling the other processes of billing failed; the next beat tries again");
        }
    }

    /** Says that this process lives, notes who is silent, and closes what those who left have open. */
    synchronized void beat() {
        List<String> left = connections.transact(sql -> {
            refresh.run(sql);
            long now = sql.nowMicros();
            sql.later(
                    "INSERT INTO instance VALUES (?, ?, ?, NULL, NULL) ON CONFLICT (instance_id)"
                            + " DO UPDATE SET beat_at = excluded.beat_at, left_at = NULL, recovered_at = NULL",
                    instanceId,
                    now,
                    now);
            if (hasWatchedLongEnough(now)) {
                sql.later(
                        "UPDATE instance SET left_at = ? WHERE left_at IS NULL AND beat_at < ?",
                        now,
                        now - SILENCE_MAX.toMillis() * MICROS);
            }
            return sql.list(
                    "SELECT instance_id FROM instance WHERE left_at IS NOT NULL AND recovered_at IS NULL",
                    row -> row.getString(1));
        });
        heardNanos = System.nanoTime();
        if (!left.isEmpty()) {
            recover(left);
        }
    }

    /** False once the database has heard nothing of this process for six seconds. */
    boolean isHeard() {
        return System.nanoTime() - heardNanos < AWAY_AFTER.toNanos();
    }

    private boolean hasWatchedLongEnough(long nowMicros) {
        if (nowMicros - lastBeatMicros > SILENCE_MAX.toMillis() * MICROS / 2) {
            watchingSinceMicros = nowMicros;
        }
        lastBeatMicros = nowMicros;
        return nowMicros - watchingSinceMicros >= SILENCE_MAX.toMillis() * MICROS;
    }

    private void recover(List<String> left) {
        recoverAll.run();
        connections.transact(sql -> {
            for (String one : left) {
                sql.later(
                        "UPDATE instance SET recovered_at = ? WHERE instance_id = ? AND left_at IS NOT NULL",
                        sql.nowMicros(),
                        one);
            }
            return true;
        });
    }

    /** Says that this process leaves, so that the next one need not wait to close what it left open. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
            connections.transact(sql -> {
                return sql.update("UPDATE instance SET left_at = ? WHERE instance_id = ?", sql.nowMicros(), instanceId);
            });
        } catch (LedgerUnavailableException e) {
            LOG.atInfo().log("the ledger is away, so the other processes will find out that this one has left");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

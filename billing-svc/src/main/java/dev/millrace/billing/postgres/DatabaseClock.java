package dev.millrace.billing.postgres;

import dev.millrace.billing.sql.Columns;
import java.time.Instant;

/** The database's time, told between two of its answers by this process's ticks. Safe for any number of threads. */
class DatabaseClock {
    private static final long NANOS_PER_MICRO = 1_000;

    private volatile Answer last = new Answer(0, System.nanoTime());

    /** Takes note of what the database says; returns the ledger's time. */
    long observe(long databaseMicros) {
        last = new Answer(databaseMicros, System.nanoTime());
        return databaseMicros;
    }

    Instant instant() {
        Answer answer = last;
        return Columns.instant(answer.micros + (System.nanoTime() - answer.atNanos) / NANOS_PER_MICRO);
    }

    private record Answer(long micros, long atNanos) {}
}

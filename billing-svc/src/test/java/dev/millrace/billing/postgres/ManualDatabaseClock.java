package dev.millrace.billing.postgres;

import dev.millrace.billing.ManualClock;
import dev.millrace.billing.sql.Columns;
import java.time.Instant;

/** Time that moves when the test says so, whatever the database thinks. */
final class ManualDatabaseClock extends DatabaseClock {
    private final ManualClock time;

    ManualDatabaseClock(ManualClock time) {
        this.time = time;
    }

    @Override
    long observe(long databaseMicros) {
        return Columns.micros(time.instant());
    }

    @Override
    Instant instant() {
        return time.instant();
    }
}

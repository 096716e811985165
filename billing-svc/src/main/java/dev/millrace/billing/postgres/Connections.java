package dev.millrace.billing.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.millrace.billing.LedgerStartException;
import dev.millrace.billing.LedgerUnavailableException;
import dev.millrace.billing.sql.Work;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the database, kept in a pool. While the database is away every caller is refused at once, except for
 * one in a while that tries again.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final Duration WAIT = Duration.ofMillis(500);
    private static final int WAITS_MAX = 60;
    private static final Duration TRY_AGAIN = Duration.ofMillis(250);
    /**
     * Nobody waits long for a process that was stopped in the middle of a transaction: the server ends it and frees its
     * locks. The longest statement is a report.
     */
    private static final String SESSION = "-c search_path=" + Layout.SCHEMA
            + " -c idle_in_transaction_session_timeout=5000 -c statement_timeout=15000";

    private static final String SOCKET_SECONDS_MAX = "20";
    private static final String CONNECT_SECONDS_MAX = "2";

    private final PostgresPlace place;
    private final DatabaseClock clock;
    private final HikariDataSource pool;
    /** What the writers need is never given to questions. */
    private final Semaphore questions;

    private final AtomicReference<@Nullable Outage> outage = new AtomicReference<>();

    private Connections(PostgresPlace place, DatabaseClock clock, HikariDataSource pool) {
        this.place = place;
        this.clock = clock;
        this.pool = pool;
        this.questions = new Semaphore(place.connectionsMax() - PostgresPlace.CONNECTIONS_KEPT);
    }

    /** Brings the layout up to date and opens the pool. */
    static Connections open(PostgresPlace place, String instanceId, DatabaseClock clock) {
        Properties session = session(place, instanceId);
        try (Connection first = DriverManager.getConnection(place.url(), session)) {
            Layout.bringUpToDate(first);
            warnOfCarelessness(first, place);
        } catch (SQLException e) {
            throw PostgresFailure.startFailure(e, place);
        } catch (IllegalStateException e) {
            throw new LedgerStartException("ledger " + place.url() + ": " + e.getMessage(), e);
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName("ledger");
        config.setJdbcUrl(place.url());
        config.setDataSourceProperties(session);
        config.setAutoCommit(false);
        config.setMaximumPoolSize(place.connectionsMax());
        // Opened when needed and kept: a pool that fills itself would wait ever longer between tries after an outage.
        config.setMinimumIdle(0);
        config.setIdleTimeout(0);
        config.setConnectionTimeout(WAIT.toMillis());
        config.setInitializationFailTimeout(-1);
        return new Connections(place, clock, new HikariDataSource(config));
    }

    private static Properties session(PostgresPlace place, String instanceId) {
        Properties session = new Properties();
        session.setProperty("ApplicationName", "millrace-billing");
        session.setProperty("options", SESSION + " -c millrace.instance=" + instanceId);
        session.setProperty("connectTimeout", CONNECT_SECONDS_MAX);
        session.setProperty("socketTimeout", SOCKET_SECONDS_MAX);
        session.setProperty("tcpKeepAlive", "true");
        if (!place.user().isEmpty()) {
            session.setProperty("user", place.user());
        }
        place.password().ifPresent(password -> session.setProperty("password", password.reveal()));
        return session;
    }

    private static void warnOfCarelessness(Connection connection, PostgresPlace place) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT string_agg(name, ', ') FROM pg_settings WHERE setting = 'off'"
                        + " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')")) {
            if (row.next() && row.getString(1) != null) {
                LOG.atWarn()
                        .addKeyValue("url", place.url())
                        .addKeyValue("off", row.getString(1))
                        .log("a power cut may lose charges: this server has settings off that prevent it");
            }
        }
        connection.rollback();
    }

    /** Runs a piece of work in a transaction of its own, as durable as the server's own setting says. */
    <T> T transact(Work<T> work) {
        try (PostgresSql sql = open()) {
            sql.begin();
            T result = work.run(sql);
            sql.commit();
            return result;
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    /** Asks in one transaction that sees one moment. */
    <T> T ask(Work<T> question) {
        boolean mine = false;
        try {
            mine = questions.tryAcquire(WAIT.multipliedBy(WAITS_MAX).toMillis(), TimeUnit.MILLISECONDS);
            if (!mine) {
                throw new LedgerUnavailableException("too many questions wait", place.url(), null);
            }
            try (PostgresSql sql = open()) {
                sql.later("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
                return question.run(sql);
            }
        } catch (SQLException e) {
            throw translate(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerUnavailableException("interrupted", place.url(), e);
        } finally {
            if (mine) {
                questions.release();
            }
        }
    }

    /** A connection at the begin of a transaction; closing it rolls back what was not committed. */
    PostgresSql open() throws SQLException {
        Outage known = outage.get();
        if (known != null && !known.mayTryAgain()) {
            throw new LedgerUnavailableException(known.reason, place.url(), null);
        }
        if (known != null && !outage.compareAndSet(known, known.triedNow())) {
            throw new LedgerUnavailableException(known.reason, place.url(), null);
        }
        try {
            PostgresSql sql = new PostgresSql(connection(), clock);
            back();
            return sql;
        } catch (SQLException e) {
            lost(PostgresFailure.outage(e).orElse(String.valueOf(e.getMessage())));
            throw e;
        }
    }

    /** The pool says "not in time" of a server that is away, and then why, as of one that is only slow. */
    private Connection connection() throws SQLException {
        for (int waits = 1; ; waits++) {
            try {
                return pool.getConnection();
            } catch (SQLTransientConnectionException e) {
                if (e.getCause() != null || waits == WAITS_MAX) {
                    throw e;
                }
            }
        }
    }

    /** Throws away what lies in the pool: it was opened before the connection that has just broken, or with it. */
    void renew() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    private void lost(String reason) {
        if (outage.getAndSet(new Outage(reason, System.nanoTime())) == null) {
            LOG.atWarn()
                    .addKeyValue("url", place.url())
                    .addKeyValue("reason", reason)
                    .log("the ledger is away");
        }
    }

    private void back() {
        if (outage.get() != null && outage.getAndSet(null) != null) {
            LOG.atInfo().addKeyValue("url", place.url()).log("the ledger is back");
        }
    }

    /** The exception that a caller of the ledger sees. */
    RuntimeException translate(SQLException failure) {
        return PostgresFailure.outage(failure)
                .<RuntimeException>map(reason -> new LedgerUnavailableException(reason, place.url(), failure))
                .orElseGet(() -> new IllegalStateException("unexpected failure of the ledger " + place.url(), failure));
    }

    String url() {
        return place.url();
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Why the database cannot be reached, and when that was last found. */
    private record Outage(String reason, long triedNanos) {
        boolean mayTryAgain() {
            return System.nanoTime() - triedNanos >= TRY_AGAIN.toNanos();
        }

        Outage triedNow() {
            return new Outage(reason, System.nanoTime());
        }
    }
}

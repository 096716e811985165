package dev.millrace.billing.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL for all tests of this JVM; without fsync. Each test gets a database of its own. */
public final class TestServer {
    /** Enters without a password. */
    public static final String USER = "postgres";
    /** Has to give one, once somebody has made this role. */
    static final String GUARDED = "guarded";

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private TestServer() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = builder().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            guard(server);
            return server;
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How every server of the tests is configured. */
    public static EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                // Its own limit of 10 s is missed where other modules are built at the same time.
                .setPGStartupWait(Duration.ofSeconds(90))
                .setServerConfig("max_connections", "200")
                // The bundled server's default is off; here it is waited for, as in earnest, though nothing is forced.
                .setServerConfig("synchronous_commit", "on");
    }

    private static void guard(EmbeddedPostgres server) throws IOException, SQLException {
        try (Connection connection = connect(place(url(server.getPort(), "postgres")));
                var statement = connection.createStatement()) {
            Path rules;
            try (ResultSet row = statement.executeQuery("SHOW hba_file")) {
                row.next();
                rules = Path.of(row.getString(1));
            }
            String before = Files.readString(rules);
            Files.writeString(rules, "host all " + GUARDED + " 127.0.0.1/32 scram-sha-256\n" + before);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    /** An empty database. */
    public static PostgresPlace database() {
        String name = "ledger" + DATABASES.incrementAndGet();
        try (Connection connection = connect(place(url("postgres")));
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return place(url(name));
    }

    static PostgresPlace place(String url) {
        return new PostgresPlace(url, USER, Optional.empty(), 8);
    }

    static String url(String database) {
        return url(SERVER.getPort(), database);
    }

    static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** A connection of a test's own, which is no part of billing. */
    static Connection connect(PostgresPlace place) throws SQLException {
        return DriverManager.getConnection(place.url(), USER, "");
    }
}

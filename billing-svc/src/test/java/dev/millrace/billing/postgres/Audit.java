package dev.millrace.billing.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares the balances with the journals at one moment, by SQL of its own. */
final class Audit {
    /** Each row that this yields is a tenant's day whose balance the journals contradict. */
    private static final String CONTRADICTIONS = """
            SELECT a.tenant, a.day, a.spent_nano_usd, a.held_nano_usd,
                   COALESCE(c.spent, 0) AS charges, COALESCE(h.held, 0) AS holds
            FROM billing.account a
            LEFT JOIN (SELECT tenant, day, SUM(charged_nano_usd) AS spent FROM billing.charge GROUP BY 1, 2) c
                   ON c.tenant = a.tenant AND c.day = a.day
            LEFT JOIN (SELECT tenant, day, SUM(amount_nano_usd) AS held FROM billing.hold
                       WHERE end_cause IS NULL GROUP BY 1, 2) h
                   ON h.tenant = a.tenant AND h.day = a.day
            WHERE a.spent_nano_usd <> COALESCE(c.spent, 0) OR a.held_nano_usd <> COALESCE(h.held, 0)
            """;

    private Audit() {}

    static void check(Connection connection) throws SQLException {
        List<String> contradictions = new ArrayList<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CONTRADICTIONS)) {
            while (row.next()) {
                contradictions.add("tenant %s day %d: spent %d, charges %d; held %d, holds %d"
                        .formatted(
                                row.getString("tenant"),
                                row.getLong("day"),
                                row.getLong("spent_nano_usd"),
                                row.getLong("charges"),
                                row.getLong("held_nano_usd"),
                                row.getLong("holds")));
            }
        }
        assertThat(contradictions).isEmpty();
        assertThat(number(connection, "SELECT COUNT(*) FROM billing.account")).isPositive();
    }

    static long number(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}

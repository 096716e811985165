package dev.millrace.billing.sql;

import dev.millrace.billing.Price;
import dev.millrace.billing.PriceBook;
import dev.millrace.billing.PriceChange;
import java.sql.SQLException;

/** The price rows in the database. */
final class Prices {
    private Prices() {}

    static PriceBook load(Sql sql) throws SQLException {
        return new PriceBook(sql.list(
                "SELECT * FROM price",
                row -> new Price(
                        row.getString("version"),
                        row.getString("model"),
                        row.getLong("input_nano_usd"),
                        Columns.optionalLong(row, "cached_input_nano_usd"),
                        row.getLong("output_nano_usd"),
                        Columns.optionalLong(row, "reasoning_nano_usd"),
                        Columns.instant(row.getLong("valid_from")),
                        row.getString("source"))));
    }

    static void insert(Sql sql, Price price, String actor, long nowMicros) throws SQLException {
        sql.update(
                "INSERT INTO price VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                price.version(),
                price.model(),
                price.input(),
                Columns.orNull(price.cachedInput()),
                price.output(),
                Columns.orNull(price.reasoning()),
                Columns.micros(price.validFrom()),
                price.source(),
                actor,
                nowMicros);
    }

    /** Whether the newest row of this model that this actor has set says the same. */
    static boolean isOffered(Sql sql, PriceChange change) throws SQLException {
        return sql.first(
                        "SELECT input_nano_usd = ? AND output_nano_usd = ? AND cached_input_nano_usd IS NOT DISTINCT FROM ?"
                                + " AND reasoning_nano_usd IS NOT DISTINCT FROM ? AND source = ? FROM price WHERE model = ? AND actor = ?"
                                + " ORDER BY created_at DESC, version DESC LIMIT 1",
                        row -> row.getBoolean(1),
                        change.input(),
                        change.output(),
                        Columns.orNull(change.cachedInput()),
                        Columns.orNull(change.reasoning()),
                        change.source(),
                        change.model(),
                        change.actor())
                .orElse(false);
    }
}

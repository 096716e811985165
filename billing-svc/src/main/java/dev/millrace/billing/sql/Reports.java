package dev.millrace.billing.sql;

import dev.millrace.billing.Grouping;
import dev.millrace.billing.LatencyBuckets;
import dev.millrace.billing.UsagePeriod;
import dev.millrace.billing.UsageReport;
import dev.millrace.billing.UsageRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums turns by group. Percentiles come from the buckets that each turn was counted in. */
final class Reports {
    private static final double MEDIAN = 0.5;
    private static final double P95 = 0.95;
    private static final String PERIOD = " WHERE t.tenant = ? AND t.at >= ? AND t.at < ? ";

    private Reports() {}

    static UsageReport report(Sql sql, UsagePeriod period, Grouping grouping) throws SQLException {
        String group = switch (grouping) {
            case MODEL -> "t.model AS name, t.route AS route";
            case DAY -> "t.day AS name, '' AS route";
            case TIER -> "t.tier AS name, '' AS route";
            case END -> "t.turn_end AS name, '' AS route";
        };
        Map<String, Sums> groups = new LinkedHashMap<>();
        Sums total = new Sums("total", "");
        for (Sums counted : sql.list(
                "SELECT " + group + ", COUNT(*) AS requests,"
                        + " SUM(CASE WHEN t.turn_end = 'COMPLETED' THEN 0 ELSE 1 END) AS failed,"
                        + " COALESCE(SUM(t.input_tokens), 0) AS input, COALESCE(SUM(t.output_tokens), 0) AS output,"
                        + " SUM(" + Waste.OF_TURN + ") AS wasted,"
                        + " SUM(t.charged_nano_usd) AS charged, SUM(t.saved_nano_usd) AS saved FROM turn t" + PERIOD
                        + "GROUP BY 1, 2",
                Reports::counted,
                arguments(period))) {
            groups.put(counted.key(), counted);
            total.add(counted);
        }
        addUpstream(sql, period, group, groups, total);
        addLatencies(sql, period, group, groups, total);
        List<UsageRow> rows = groups.values().stream()
                .map(sums -> sums.row(grouping == Grouping.DAY ? date(sums.group) : sums.group))
                .sorted(Comparator.comparingLong(UsageRow::requests).reversed().thenComparing(UsageRow::group))
                .toList();
        return new UsageReport(rows, total.row(total.group));
    }

    private static void addUpstream(Sql sql, UsagePeriod period, String group, Map<String, Sums> groups, Sums total)
            throws SQLException {
        sql.list(
                "SELECT " + group + ", SUM(e.cost_nano_usd) AS upstream"
                        + " FROM turn t JOIN attempt_entry e ON e.turn_id = t.turn_id" + PERIOD + "GROUP BY 1, 2",
                row -> {
                    long upstream = row.getLong("upstream");
                    of(groups, row).upstream += upstream;
                    total.upstream += upstream;
                    return upstream;
                },
                arguments(period));
    }

    private static void addLatencies(Sql sql, UsagePeriod period, String group, Map<String, Sums> groups, Sums total)
            throws SQLException {
        sql.list(
                "SELECT " + group + ", t.first_token_bucket AS bucket, COUNT(*) AS turns FROM turn t" + PERIOD
                        + "AND t.first_token_bucket IS NOT NULL GROUP BY 1, 2, 3",
                row -> {
                    int bucket = row.getInt("bucket");
                    long turns = row.getLong("turns");
                    of(groups, row).latencies.add(bucket, turns);
                    total.latencies.add(bucket, turns);
                    return turns;
                },
                arguments(period));
    }

    private static String date(String day) {
        return LocalDate.ofEpochDay(Long.parseLong(day)).toString();
    }

    private static Object[] arguments(UsagePeriod period) {
        return new Object[] {period.tenant(), Columns.micros(period.start()), Columns.micros(period.end())};
    }

    private static Sums of(Map<String, Sums> groups, ResultSet row) throws SQLException {
        Sums named = new Sums(row.getString("name"), row.getString("route"));
        return groups.computeIfAbsent(named.key(), key -> named);
    }

    private static Sums counted(ResultSet row) throws SQLException {
        Sums sums = new Sums(row.getString("name"), row.getString("route"));
        sums.requests = row.getLong("requests");
        sums.failed = row.getLong("failed");
        sums.input = row.getLong("input");
        sums.output = row.getLong("output");
        sums.wasted = row.getLong("wasted");
        sums.charged = row.getLong("charged");
        sums.saved = row.getLong("saved");
        return sums;
    }

    /** The sums of one group while they are added up. */
    private static final class Sums {
        private final String group;
        private final String route;
        private final LatencyBuckets latencies = new LatencyBuckets();
        private long requests;
        private long failed;
        private long input;
        private long output;
        private long wasted;
        private long charged;
        private long upstream;
        private long saved;

        Sums(String group, String route) {
            this.group = group;
            this.route = route;
        }

        String key() {
            return group + '\n' + route;
        }

        void add(Sums other) {
            requests += other.requests;
            failed += other.failed;
            input += other.input;
            output += other.output;
            wasted += other.wasted;
            charged += other.charged;
            saved += other.saved;
        }

        UsageRow row(String name) {
            return new UsageRow(
                    name,
                    route,
                    requests,
                    failed,
                    input,
                    output,
                    wasted,
                    charged,
                    upstream,
                    saved,
                    latencies.percentile(MEDIAN),
                    latencies.percentile(P95));
        }
    }
}

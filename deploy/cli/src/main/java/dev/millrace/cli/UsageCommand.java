package dev.millrace.cli;

import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.Budget;
import dev.millrace.schema.billing.v1.QueryUsageReportRequest;
import dev.millrace.schema.billing.v1.QueryUsageReportRequest.GroupBy;
import dev.millrace.schema.billing.v1.QueryUsageReportResponse;
import dev.millrace.schema.billing.v1.UsageRow;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what was used and what it cost, by model, day, tier or end. */
@Command(name = "usage", description = "Shows what was used and what it cost.", mixinStandardHelpOptions = true)
final class UsageCommand implements Callable<Integer> {
    /** What a time on the wire can say. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "today, a date (2026-01-31), a time (2026-01-31T08:00:00Z) or a span back (24h, 7d); UTC")
    private String since = "today";

    @Option(names = "--by", paramLabel = "GROUP", description = "model, day, tier or end (default: model)")
    private String by = "model";

    @Override
    public Integer call() {
        QueryUsageReportRequest request = QueryUsageReportRequest.newBuilder()
                .setStartTime(WireTimes.toWire(start(since, Instant.now())))
                .setGroupBy(group(by))
                .build();
        QueryUsageReportResponse report = connection.call(
                channel -> UsageServiceGrpc.newBlockingStub(channel).queryUsageReport(request));
        System.out.println(output.json() ? Output.json(report) : text(report));
        return ExitCodes.OK;
    }

    static Instant start(String since, Instant now) {
        try {
            Instant start = read(since, now);
            if (!start.isBefore(EARLIEST) && start.isBefore(LATEST)) {
                return start;
            }
        } catch (DateTimeException | ArithmeticException | NumberFormatException malformed) {
            // told below
        }
        throw new CommandFault(
                ExitCodes.USAGE, "--since: " + since + " (expected: today, 2026-01-31, 2026-01-31T08:00:00Z, 24h, 7d)");
    }

    private static Instant read(String since, Instant now) {
        if (since.equals("today")) {
            return now.atOffset(ZoneOffset.UTC).toLocalDate().atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        if (since.matches("\\d+[hd]")) {
            long count = Long.parseLong(since.substring(0, since.length() - 1));
            return now.minus(since.endsWith("h") ? Duration.ofHours(count) : Duration.ofDays(count));
        }
        return since.contains("T")
                ? Instant.parse(since)
                : LocalDate.parse(since).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private static GroupBy group(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "model" -> GroupBy.GROUP_BY_MODEL;
            case "day" -> GroupBy.GROUP_BY_DAY;
            case "tier" -> GroupBy.GROUP_BY_TIER;
            case "end" -> GroupBy.GROUP_BY_END;
            default ->
                throw new CommandFault(ExitCodes.USAGE, "--by: " + name + " (expected: model, day, tier or end)");
        };
    }

    private String text(QueryUsageReportResponse report) {
        Table table = new Table(2, 3, 4, 5, 6, 7);
        table.row(
                by.toUpperCase(Locale.ROOT),
                "ROUTE",
                "REQUESTS",
                "FAILED",
                "IN",
                "OUT",
                "COST USD",
                "SAVED USD",
                "FIRST TOKEN p50/p95");
        UsageRow total = report.getTotal().toBuilder().setGroup("total").build();
        List<UsageRow> rows =
                Stream.concat(report.getRowsList().stream(), Stream.of(total)).toList();
        LongFunction<String> cost = Units.usdColumn(rows.stream().mapToLong(UsageRow::getChargedNanoUsd));
        LongFunction<String> saved = Units.usdColumn(rows.stream().mapToLong(UsageRow::getSavedNanoUsd));
        rows.forEach(row -> add(table, row, cost, saved));
        long wasted = report.getTotal().getWastedOutputTokens();
        String waste = wasted == 0
                ? ""
                : "\n" + Units.counted(wasted, "output token")
                        + " wasted: made for callers who had left, or in attempts that were given up";
        return table.render() + waste + "\n" + budget(report.getBudget());
    }

    private static void add(Table table, UsageRow row, LongFunction<String> cost, LongFunction<String> saved) {
        table.row(
                row.getGroup().isEmpty() ? "-" : row.getGroup(),
                row.getRoute(),
                Units.count(row.getRequests()),
                Units.count(row.getFailedRequests()),
                Units.count(row.getInputTokens()),
                Units.count(row.getOutputTokens()),
                cost.apply(row.getChargedNanoUsd()),
                saved.apply(row.getSavedNanoUsd()),
                row.hasFirstTokenP50()
                        ? Units.duration(row.getFirstTokenP50()) + " / " + Units.duration(row.getFirstTokenP95())
                        : "");
    }

    static String budget(Budget budget) {
        return String.format(
                Locale.ROOT,
                "budget %s USD a day, %s %% used (%s USD spent, %s USD held)",
                Units.usdExact(budget.getDailyNanoUsd()),
                percentUsed(budget),
                Units.usd(budget.getSpentNanoUsd()),
                Units.usd(budget.getHeldNanoUsd()));
    }

    /** Rounded down: while anything is left it is not 100. */
    private static BigDecimal percentUsed(Budget budget) {
        BigDecimal daily = BigDecimal.valueOf(budget.getDailyNanoUsd());
        BigDecimal used = BigDecimal.valueOf(budget.getSpentNanoUsd()).add(BigDecimal.valueOf(budget.getHeldNanoUsd()));
        return daily.signum() == 0
                ? new BigDecimal("100.0")
                : used.movePointRight(2).divide(daily, 1, RoundingMode.DOWN);
    }
}

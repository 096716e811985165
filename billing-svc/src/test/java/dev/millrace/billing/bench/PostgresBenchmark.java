package dev.millrace.billing.bench;

import dev.millrace.billing.Hold;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.Ledger;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import dev.millrace.billing.postgres.PostgresLedger;
import dev.millrace.billing.postgres.PostgresPlace;
import dev.millrace.rpc.Uuid7;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Prints how fast hold and settle are on PostgreSQL and what they cost: on many keys, on one hot key, and on one key at an even pace. Arguments:
 * seconds a measurement, callers, processes of billing (in this JVM), folder. The server is the machine's own, started for
 * this with its own defaults, fsync included. Run it with the test class path:
 *
 * <pre>java -cp ... dev.millrace.billing.bench.PostgresBenchmark 10 64 1 /var/tmp</pre>
 */
public final class PostgresBenchmark {
    private static final int KEYS = 1_000;
    private static final int PACE_PER_SECOND = 50;
    private static final int CONNECTIONS = 10;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final Tokens TOKENS = Tokens.of(20, 200, Provenance.REPORTED);

    private final PrivateServer server;
    private final List<PostgresLedger> ledgers;
    private final Duration span;
    private final int callers;

    private PostgresBenchmark(PrivateServer server, List<PostgresLedger> ledgers, Duration span, int callers) {
        this.server = server;
        this.ledgers = ledgers;
        this.span = span;
        this.callers = callers;
    }

    public static void main(String[] arguments) throws Exception {
        Duration span = Duration.ofSeconds(Long.parseLong(arguments[0]));
        int callers = Integer.parseInt(arguments[1]);
        int processes = Integer.parseInt(arguments[2]);
        List<PostgresLedger> ledgers = new ArrayList<>();
        try (PrivateServer server = PrivateServer.start(Path.of(arguments[3]))) {
            describe(server.url());
            PostgresPlace place = new PostgresPlace(server.url(), "postgres", Optional.empty(), CONNECTIONS);
            for (int i = 0; i < processes; i++) {
                ledgers.add(PostgresLedger.open(place, new LedgerTerms(Long.MAX_VALUE / 4, Samples.MODEL)));
                ledgers.getLast().offerPrices(List.of(Samples.price()));
            }
            PostgresBenchmark benchmark = new PostgresBenchmark(server, ledgers, span, callers);
            for (int round = 1; round <= 3; round++) {
                benchmark.saturate(
                        "1000 keys  ", i -> "key" + ThreadLocalRandom.current().nextInt(KEYS));
                benchmark.saturate("one hot key", i -> "hot");
                benchmark.pace();
            }
            ledgers.forEach(Ledger::close);
        }
    }

    private static void describe(String url) throws Exception {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT version(), current_setting('fsync'),"
                        + " current_setting('synchronous_commit'), current_setting('shared_buffers')")) {
            row.next();
            System.out.printf(
                    "%s%nfsync %s, synchronous_commit %s, shared_buffers %s%n",
                    row.getString(1), row.getString(2), row.getString(3), row.getString(4));
        }
    }

    /** Every caller begins its next pair when the one before is answered. */
    private void saturate(String name, IntFunction<String> tenants) throws Exception {
        Cpu before = cpu();
        long end = System.nanoTime() + span.toNanos();
        List<Callable<List<Pair>>> loops = IntStream.range(0, callers)
                .<Callable<List<Pair>>>mapToObj(i -> () -> {
                    List<Pair> pairs = new ArrayList<>();
                    while (System.nanoTime() < end) {
                        pairs.add(pair(i, tenants.apply(i)));
                    }
                    return pairs;
                })
                .toList();
        List<Pair> pairs = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Pair>> loop : threads.invokeAll(loops)) {
                pairs.addAll(loop.get());
            }
        }
        print(name + ", " + callers + " callers", before, pairs);
    }

    /** A pair begins at every tick, whatever became of the ones before. */
    private void pace() throws Exception {
        Cpu before = cpu();
        long periodNanos = Duration.ofSeconds(1).toNanos() / PACE_PER_SECOND;
        long begin = System.nanoTime();
        List<Future<Pair>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < PACE_PER_SECOND * span.toSeconds(); i++) {
                LockSupport.parkNanos(begin + i * periodNanos - System.nanoTime());
                int number = i;
                running.add(threads.submit(() -> pair(number, "hot")));
            }
        }
        List<Pair> pairs = new ArrayList<>();
        for (Future<Pair> one : running) {
            pairs.add(one.get());
        }
        print("one hot key, " + PACE_PER_SECOND + " a second", before, pairs);
    }

    private Pair pair(int caller, String tenant) {
        PostgresLedger ledger = ledgers.get(caller % ledgers.size());
        String id = Uuid7.mint();
        long begin = System.nanoTime();
        Hold hold = Samples.granted(ledger.reserve(
                new HoldRequest(id, tenant, id + "/1", "", Samples.MODEL, 20, 400, Samples.TTL, false, false)));
        long held = System.nanoTime();
        Samples.settled(ledger.settle(Samples.settlement(tenant, id, hold.holdId(), TurnEnd.COMPLETED, TOKENS)));
        return new Pair(held - begin, System.nanoTime() - held);
    }

    private void print(String name, Cpu before, List<Pair> pairs) throws IOException {
        Cpu after = cpu();
        System.out.printf(
                "%-28s %6.0f pairs/s  hold %s  settle %s  both %s ms  CPU of a pair %.0f us here, %.0f us there%n",
                name,
                pairs.size() / (double) span.toSeconds(),
                percentiles(pairs.stream().mapToLong(Pair::holdNanos).toArray()),
                percentiles(pairs.stream().mapToLong(Pair::settleNanos).toArray()),
                percentiles(pairs.stream()
                        .mapToLong(one -> one.holdNanos + one.settleNanos)
                        .toArray()),
                (after.hereNanos - before.hereNanos) / NANOS_PER_MICRO / pairs.size(),
                (after.thereNanos - before.thereNanos) / NANOS_PER_MICRO / pairs.size());
    }

    private static String percentiles(long[] nanos) {
        Arrays.sort(nanos);
        return "p50 %.2f p99 %.2f"
                .formatted(nanos[nanos.length / 2] / NANOS_PER_MILLI, nanos[nanos.length * 99 / 100] / NANOS_PER_MILLI);
    }

    private Cpu cpu() throws IOException {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean process) {
            return new Cpu(process.getProcessCpuTime(), server.cpuNanos());
        }
        throw new IllegalStateException("this JVM does not tell its CPU time");
    }

    /** What billing and the server have used so far. */
    private record Cpu(long hereNanos, long thereNanos) {}

    /** How long a hold and its settlement took. */
    private record Pair(long holdNanos, long settleNanos) {}
}

package dev.millrace.billing.bench;

import dev.millrace.billing.AttemptPhase;
import dev.millrace.billing.Hold;
import dev.millrace.billing.HoldRequest;
import dev.millrace.billing.LedgerTerms;
import dev.millrace.billing.Provenance;
import dev.millrace.billing.Samples;
import dev.millrace.billing.Settlement;
import dev.millrace.billing.Tokens;
import dev.millrace.billing.TurnEnd;
import dev.millrace.billing.sqlite.SqliteLedger;
import dev.millrace.rpc.Uuid7;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Prints what the ledger costs a turn: CPU of the whole process (JIT and GC included), turns a second, and how long a hold
 * and a settlement take. Arguments: turns a round, threads, rounds, folder. Run it with the test class path:
 *
 * <pre>java -cp ... dev.millrace.billing.bench.LedgerBenchmark 30000 10 6 /var/tmp</pre>
 */
public final class LedgerBenchmark {
    private static final int DECISION_CHARACTERS = 700;
    private static final double NANOS_PER_MICRO = 1_000;

    private final SqliteLedger ledger;
    private final String decision = "{\"d\":\"" + "x".repeat(DECISION_CHARACTERS) + "\"}";

    private LedgerBenchmark(SqliteLedger ledger) {
        this.ledger = ledger;
    }

    public static void main(String[] arguments) throws Exception {
        int turns = Integer.parseInt(arguments[0]);
        int threads = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        Path folder = Files.createTempDirectory(Path.of(arguments[3]), "ledger-benchmark");
        Path path = folder.resolve("billing.db");
        try (SqliteLedger ledger =
                SqliteLedger.open(path, new LedgerTerms(Long.MAX_VALUE / 4, Samples.MODEL), InstantSource.system())) {
            ledger.putPrice(Samples.price());
            LedgerBenchmark benchmark = new LedgerBenchmark(ledger);
            for (int round = 1; round <= rounds; round++) {
                benchmark.round("local turn (2 attempt rows, settle)      ", turns, threads, benchmark::local);
                benchmark.round("cloud turn (hold, 2 attempt rows, settle)", turns, threads, benchmark::cloud);
            }
            System.out.println("ledger " + Files.size(path) / turns / rounds / 2 + " bytes a turn");
        } finally {
            delete(folder);
        }
    }

    private void round(String name, int turns, int threads, Turn turn) throws Exception {
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        long[][] latencies = new long[threads][];
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<long[]> caller = () -> turn.times(turns / threads);
            int next = 0;
            for (Future<long[]> done : executor.invokeAll(
                    IntStream.range(0, threads).mapToObj(i -> caller).toList())) {
                latencies[next++] = done.get();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpuMicros = (cpuNanos() - cpu) / NANOS_PER_MICRO / turns;
        long[] all =
                Arrays.stream(latencies).flatMapToLong(Arrays::stream).sorted().toArray();
        System.out.printf(
                "%s  %.1f us CPU a turn  %.0f turns/s  first step p50 %.0f p99 %.0f us%n",
                name,
                cpuMicros,
                turns / seconds,
                all[all.length / 2] / NANOS_PER_MICRO,
                all[all.length * 99 / 100] / NANOS_PER_MICRO);
    }

    private void local(String id, Runnable firstStepDone) {
        AttemptPhase.Call call = new AttemptPhase.Call(id, "local", id + "/1", 1, "embedded", "millrace-starter");
        ledger.record(new AttemptPhase.Started(call)).join();
        firstStepDone.run();
        ledger.record(Samples.ended(call, 20, 200, Provenance.REPORTED)).join();
        settle(id, "");
    }

    private void cloud(String id, Runnable firstStepDone) {
        Hold hold = Samples.granted(ledger.reserve(
                new HoldRequest(id, "local", id + "/1", "", Samples.MODEL, 20, 400, Samples.TTL, false, false)));
        firstStepDone.run();
        AttemptPhase.Call call = new AttemptPhase.Call(id, "local", id + "/1", 1, "holysheep", Samples.MODEL);
        ledger.record(new AttemptPhase.Started(call)).join();
        ledger.record(Samples.ended(call, 20, 200, Provenance.REPORTED)).join();
        settle(id, hold.holdId());
    }

    private void settle(String id, String holdId) {
        boolean local = holdId.isEmpty();
        Samples.settled(ledger.settle(new Settlement(
                id,
                "local",
                holdId,
                TurnEnd.COMPLETED,
                Tokens.of(20, 200, Provenance.REPORTED),
                local ? "millrace-starter" : Samples.MODEL,
                local ? "local" : "cloud",
                local ? "embedded" : "holysheep",
                "",
                "",
                id + "/1",
                decision,
                Optional.of(Duration.ofMillis(20)),
                Optional.of(Duration.ofMillis(200)),
                "trivial",
                Map.of())));
    }

    private static long cpuNanos() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean process) {
            return process.getProcessCpuTime();
        }
        throw new IllegalStateException("this JVM does not tell its CPU time");
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** One turn; runs the callback when its first step is done. */
    private interface Turn {
        void run(String id, Runnable firstStepDone);

        /** Runs so many one after another; the first step's latencies in nanoseconds. */
        default long[] times(int count) {
            long[] latencies = new long[count];
            for (int i = 0; i < count; i++) {
                int index = i;
                long begin = System.nanoTime();
                run(Uuid7.mint(), () -> latencies[index] = System.nanoTime() - begin);
            }
            return latencies;
        }
    }
}

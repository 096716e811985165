package dev.millrace.load;

import dev.millrace.load.StreamCaller.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Reads many paced streams at once and prints, round by round, what a token cost the process that relayed it, how late tokens
 * came, and whether any was lost, merged with its neighbour, or out of order. The streams of a round begin evenly spread over
 * its first {@code SPREAD-MILLIS}. Arguments: {@code NAME PID URL BODY-FILE STREAMS TOKENS SPREAD-MILLIS ROUNDS}. Exit status
 * 1: the last round passed one of the limits {@code load.first-p50-ms-max}, {@code load.delay-p99-ms-max},
 * {@code load.faults-max}, or the last five {@code load.cpu-us-max} (their median, without the threads that compile: a JVM
 * that still compiles is not warm yet).
 */
public final class Streams {
    private static final int JUDGED_ROUNDS = 5;

    private Streams() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        String name = arguments[0];
        long pid = Long.parseLong(arguments[1]);
        URI url = URI.create(arguments[2]);
        String body = Files.readString(Path.of(arguments[3]));
        int streams = Integer.parseInt(arguments[4]);
        int tokens = Integer.parseInt(arguments[5]);
        Duration spread = Duration.ofMillis(Long.parseLong(arguments[6]));
        int rounds = Integer.parseInt(arguments[7]);
        List<StreamCaller> callers = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            callers.add(new StreamCaller(url, body));
        }
        boolean good = true;
        double[] warmMicros = new double[Math.min(rounds, JUDGED_ROUNDS)];
        for (int round = 1; round <= rounds; round++) {
            CpuTime before = CpuTime.of(pid);
            List<Seen> seen = run(callers, tokens, spread);
            CpuTime spent = CpuTime.of(pid).since(before);
            warmMicros[round % warmMicros.length] = (spent.totalNanos() - spent.compilerNanos()) / 1e3 / came(seen);
            good = print(name, round, spent, seen, tokens, round == rounds);
        }
        Arrays.sort(warmMicros);
        good &= Limit.kept(
                "load.cpu-us-max",
                "us CPU a token, median of the last rounds, without what compiles",
                warmMicros[warmMicros.length / 2]);
        for (StreamCaller caller : callers) {
            caller.close();
        }
        System.exit(good ? 0 : 1);
    }

    private static List<Seen> run(List<StreamCaller> callers, int tokens, Duration spread)
            throws InterruptedException, ExecutionException {
        List<Future<Seen>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers.size(); i++) {
                StreamCaller caller = callers.get(i);
                Duration wait = spread.multipliedBy(i).dividedBy(callers.size());
                running.add(threads.submit(() -> {
                    Thread.sleep(wait);
                    return caller.call(tokens);
                }));
            }
        }
        List<Seen> seen = new ArrayList<>();
        for (Future<Seen> stream : running) {
            seen.add(stream.get());
        }
        return seen;
    }

    private static boolean print(String name, int round, CpuTime spent, List<Seen> seen, int tokens, boolean judged) {
        long expected = (long) tokens * seen.size();
        long came = came(seen);
        long[] first = seen.stream()
                .mapToLong(stream -> stream.firstTokenNanos)
                .sorted()
                .toArray();
        long[] delays = seen.stream()
                .flatMapToLong(stream -> Arrays.stream(stream.delaysNanos, 0, Math.min(stream.tokens, tokens)))
                .sorted()
                .toArray();
        long merged = seen.stream().mapToLong(stream -> stream.merged).sum();
        long disordered = seen.stream().mapToLong(stream -> stream.disordered).sum();
        long cut = seen.stream().filter(stream -> !stream.done).count();
        double cpuMicros = spent.totalNanos() / 1e3 / came;
        System.out.printf(
                Locale.ROOT,
                "%-9s round %2d  %6.1f us CPU a token (%4.1f of it compiling)  first token p50 %.2f ms p99 %.2f ms "
                        + " token delay p50 %.2f ms p99 %.2f ms max %.1f ms  lost %d  merged %d  out of order %d  cut"
                        + " %d%n",
                name,
                round,
                cpuMicros,
                spent.compilerNanos() / 1e3 / came,
                at(first, 50),
                at(first, 99),
                at(delays, 50),
                at(delays, 99),
                at(delays, 100),
                expected - came,
                merged,
                disordered,
                cut);
        return !judged
                || Stream.of(
                                Limit.kept("load.first-p50-ms-max", "ms to the first token, p50", at(first, 50)),
                                Limit.kept("load.delay-p99-ms-max", "ms a token is late, p99", at(delays, 99)),
                                Limit.kept(
                                        "load.faults-max",
                                        "tokens lost, merged or out of order, and streams cut",
                                        (double) (expected - came + merged + disordered + cut)))
                        .allMatch(kept -> kept);
    }

    private static long came(List<Seen> seen) {
        return seen.stream().mapToLong(stream -> stream.tokens).sum();
    }

    private static double at(long[] sortedNanos, int percent) {
        int last = sortedNanos.length - 1;
        return last < 0 ? Double.NaN : sortedNanos[Math.min(last, sortedNanos.length * percent / 100)] / 1e6;
    }
}

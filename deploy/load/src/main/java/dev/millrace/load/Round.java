package dev.millrace.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What so many requests in a closed loop cost the process that answered them. */
final class Round {
    private final CpuTime spent;
    /** Of the requests, nanoseconds, ascending. */
    private final long[] latencies;

    private final double seconds;

    private Round(CpuTime spent, long[] latencies, double seconds) {
        this.spent = spent;
        this.latencies = latencies;
        this.seconds = seconds;
    }

    static Round run(Target target, int connections, int requests)
            throws IOException, InterruptedException, ExecutionException {
        CpuTime before = CpuTime.of(target.pid());
        long begin = System.nanoTime();
        long[] latencies = call(target, connections, requests / connections);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Round(CpuTime.of(target.pid()).since(before), latencies, seconds);
    }

    private static long[] call(Target target, int connections, int each)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            List<Future<long[]>> callers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                callers.add(threads.submit(() -> {
                    long[] latencies = new long[each];
                    try (Caller caller = new Caller(target.url(), target.headers(), target.body())) {
                        for (int call = 0; call < each; call++) {
                            latencies[call] = caller.call();
                        }
                    }
                    return latencies;
                }));
            }
            long[] all = new long[connections * each];
            for (int i = 0; i < connections; i++) {
                System.arraycopy(callers.get(i).get(), 0, all, i * each, each);
            }
            Arrays.sort(all);
            return all;
        }
    }

    int requests() {
        return latencies.length;
    }

    CpuTime spent() {
        return spent;
    }

    /** CPU time a request. */
    double cpuMicros() {
        return spent.totalNanos() / 1e3 / latencies.length;
    }

    double p50Millis() {
        return latencies[latencies.length / 2] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%6.0f us CPU a request (%4.0f of it compiling)  %6.0f requests/s  p50 %.2f ms  p99 %.2f ms",
                cpuMicros(),
                spent.compilerNanos() / 1e3 / latencies.length,
                latencies.length / seconds,
                p50Millis(),
                latencies[latencies.length * 99 / 100] / 1e6);
    }
}

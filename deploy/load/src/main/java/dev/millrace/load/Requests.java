package dev.millrace.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends requests in a closed loop and prints, round by round, what each cost the process that answered: CPU time a request,
 * requests a second, latency. Arguments: {@code NAME PID URL BODY-FILE CONNECTIONS REQUESTS ROUNDS [header=value …]}.
 * Exit status 1: the last round passed the limit {@code load.cpu-us-max} or {@code load.p50-ms-max}.
 */
public final class Requests {
    private Requests() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        String name = arguments[0];
        long pid = Long.parseLong(arguments[1]);
        URI url = URI.create(arguments[2]);
        String body = Files.readString(Path.of(arguments[3]));
        int connections = Integer.parseInt(arguments[4]);
        int requests = Integer.parseInt(arguments[5]);
        int rounds = Integer.parseInt(arguments[6]);
        Map<String, String> headers = new LinkedHashMap<>();
        Arrays.stream(arguments).skip(7).map(word -> word.split("=", 2)).forEach(pair -> headers.put(pair[0], pair[1]));
        boolean good = true;
        for (int round = 1; round <= rounds; round++) {
            CpuTime before = CpuTime.of(pid);
            long begin = System.nanoTime();
            long[] latencies = run(url, headers, body, connections, requests / connections);
            double seconds = (System.nanoTime() - begin) / 1e9;
            CpuTime spent = CpuTime.of(pid).since(before);
            System.out.printf(
                    Locale.ROOT,
                    "%-10s round %d  %6.0f us CPU a request (%4.0f of it compiling)  %6.0f requests/s  p50 %.2f ms  p99 %.2f ms%n",
                    name,
                    round,
                    spent.totalNanos() / 1e3 / latencies.length,
                    spent.compilerNanos() / 1e3 / latencies.length,
                    latencies.length / seconds,
                    latencies[latencies.length / 2] / 1e6,
                    latencies[latencies.length * 99 / 100] / 1e6);
            if (round == rounds) {
                boolean cheap =
                        Limit.kept("load.cpu-us-max", "us CPU a request", spent.totalNanos() / 1e3 / latencies.length);
                boolean quick =
                        Limit.kept("load.p50-ms-max", "ms a request, p50", latencies[latencies.length / 2] / 1e6);
                good = cheap && quick;
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static long[] run(URI url, Map<String, String> headers, String body, int connections, int each)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            List<Future<long[]>> callers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                callers.add(threads.submit(() -> {
                    long[] latencies = new long[each];
                    try (Caller caller = new Caller(url, headers, body)) {
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
}

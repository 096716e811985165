package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * More calls than can run: first as many callers as there are places, each asking again when it has its answer, for the peak;
 * then calls that come at twice and five times that rate whether the earlier ones have ended or not. Prints answers a second,
 * refusals and how long these took, and how soon a call is answered afterwards. Arguments: {@code URL PLACES MODEL SECONDS}.
 * Exit status 1: fewer than 95 % of the peak, slow refusals, or an end that is neither an answer nor a refusal.
 */
public final class Overload {
    private static final double GOODPUT_SHARE_MIN = 0.95;
    private static final double REFUSAL_MILLIS_MAX = 5;
    private static final double RECOVERY_SECONDS_MAX = 10;
    private static final int WARM_UP_CALLS = 3_000;

    private final URI url;
    private final byte[] request;
    private final Queue<Line> idle = new ConcurrentLinkedQueue<>();

    private Overload(URI url, String model) {
        this.url = url;
        byte[] body = ("{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        request = ("POST " + url.getRawPath() + " HTTP/1.1\r\nhost: " + url.getAuthority()
                        + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length + "\r\n\r\n"
                        + new String(body, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) throws Exception {
        Overload overload = new Overload(URI.create(arguments[0] + "/v1/chat/completions"), arguments[2]);
        int places = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[3]);
        // A JVM's first thousands of calls are slow, refusals too: three times as many callers as places.
        overload.loop(places * 3, Math.max(1, WARM_UP_CALLS / (places * 3)), Integer.MAX_VALUE);
        Counts peak = overload.loop(places, Integer.MAX_VALUE, seconds);
        double peakRate = peak.answers.get() / (double) seconds;
        System.out.printf(Locale.ROOT, "peak         %6.0f answers/s with %d callers%n", peakRate, places);
        boolean good = true;
        for (int factor : new int[] {2, 5}) {
            Counts counts = overload.open(peakRate * factor, seconds);
            good &= overload.tell(factor, counts, peakRate, seconds);
        }
        System.exit(good ? 0 : 1);
    }

    private boolean tell(int factor, Counts counts, double peakRate, int seconds) throws Exception {
        double rate = counts.answers.get() / (double) seconds;
        double refusedMillis = counts.refusals.count() == 0 ? 0 : counts.refusals.millis(990);
        long begin = System.nanoTime();
        while (ask().status != 200) {
            LockSupport.parkNanos(10_000_000);
        }
        double recovery = (System.nanoTime() - begin) / 1e9;
        boolean good = rate >= GOODPUT_SHARE_MIN * peakRate
                && refusedMillis <= REFUSAL_MILLIS_MAX
                && counts.others.get() == 0
                && recovery <= RECOVERY_SECONDS_MAX;
        System.out.printf(
                Locale.ROOT,
                "%s  %dx      %6.0f answers/s (%3.0f %% of the peak)   refused %d: %s   others %d   answered again after %.2f s%n",
                good ? "ok  " : "FAIL",
                factor,
                rate,
                100 * rate / peakRate,
                counts.refusals.count(),
                counts.refusals,
                counts.others.get(),
                recovery);
        return good;
    }

    /** Callers who ask again and again. */
    private Counts loop(int callers, int callsEach, int seconds) throws InterruptedException {
        Counts counts = new Counts();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                threads.execute(() -> {
                    for (int call = 0; call < callsEach && System.nanoTime() < end; call++) {
                        counts.add(ask());
                    }
                });
            }
        }
        return counts;
    }

    /** Calls that come at their time, whatever became of the earlier ones; latency counts from the sending on. */
    private Counts open(double rate, int seconds) throws InterruptedException {
        Counts counts = new Counts();
        long begin = System.nanoTime();
        long calls = (long) (rate * seconds);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long call = 0; call < calls; call++) {
                long due = begin + (long) (call * 1e9 / rate);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
                }
                threads.execute(() -> counts.add(ask()));
            }
        }
        return counts;
    }

    private End ask() {
        Line line = idle.poll();
        try {
            if (line == null) {
                line = new Line(new Socket(url.getHost(), url.getPort()));
            }
            long begin = System.nanoTime();
            int status = line.ask(request);
            long took = System.nanoTime() - begin;
            idle.add(line);
            return new End(status, took);
        } catch (IOException broken) {
            return new End(0, 0);
        }
    }

    private record End(int status, long nanos) {}

    private static final class Counts {
        private final AtomicInteger answers = new AtomicInteger();
        private final AtomicInteger others = new AtomicInteger();
        private final Spread refusals = new Spread();

        void add(End end) {
            switch (end.status) {
                case 200 -> answers.incrementAndGet();
                case 503 -> refusals.add(end.nanos);
                default -> others.incrementAndGet();
            }
        }
    }

    /** A connection that is kept. */
    private static final class Line {
        private final Socket socket;
        private final InputStream in;

        Line(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        }

        int ask(byte[] request) throws IOException {
            socket.getOutputStream().write(request);
            HttpHead head = HttpHead.read(in);
            head.readBody(in);
            return head.status();
        }
    }
}

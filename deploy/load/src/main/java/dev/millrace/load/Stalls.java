package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Readers that ask for a long answer and then take nothing: prints what the process that answers holds for them, when they are
 * cut off, and what had been handed over to them. Arguments: {@code URL PID READERS MODEL CLOUD-PORT}. Exit status 1: memory
 * grew with the readers, or one was not cut off in time.
 */
public final class Stalls {
    private static final int RECEIVE_BYTES = 4096;
    /** Their first pieces cost CPU time; they come in one after another, all within the first one's stall limit. */
    private static final long BETWEEN_MILLIS = 40;

    private static final int SETTLE_SECONDS = 27;
    private static final int CUT_WITHIN_SECONDS = 120;
    /** The stall limit, the moment in which a reader is told, and what looking every other second misses. */
    private static final int STALL_SECONDS_MAX = 35;

    private static final long SAMPLE_MILLIS = 2_000;
    /** What a reader may cost on the heap and off it: the parts of the way each hold up to 64 KiB of an answer. */
    private static final long HEAP_BYTES_EACH = 256 << 10;

    private static final long DIRECT_BYTES_EACH = 256 << 10;

    private final URI url;
    private final ProcessMemory memory;
    private final int readers;
    private final String model;
    private final int cloudPort;

    private Stalls(URI url, long pid, int readers, String model, int cloudPort) {
        this.url = url;
        this.memory = new ProcessMemory(pid);
        this.readers = readers;
        this.model = model;
        this.cloudPort = cloudPort;
    }

    public static void main(String[] arguments) throws Exception {
        Stalls stalls = new Stalls(
                URI.create(arguments[0] + "/v1/chat/completions"),
                Long.parseLong(arguments[1]),
                Integer.parseInt(arguments[2]),
                arguments[3],
                Integer.parseInt(arguments[4]));
        System.exit(stalls.run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        for (int i = 0; i < 30; i++) {
            try (Leaver caller = new HttpLeaver(url, model, "hello")) {
                caller.read(200, Duration.ofSeconds(5));
            }
        }
        ProcessMemory.Sample before = memory.afterCollection();
        print("before", before);
        List<Socket> stalled = new ArrayList<>();
        long begin = System.nanoTime();
        try {
            for (int i = 0; i < readers; i++) {
                stalled.add(ask());
                Thread.sleep(BETWEEN_MILLIS);
            }
            ProcessMemory.Sample peak = before;
            while (seconds(begin) < SETTLE_SECONDS) {
                Thread.sleep(SAMPLE_MILLIS);
                peak = peak.highest(memory.now());
            }
            ProcessMemory.Sample held = memory.afterCollection();
            print("held for " + readers, held);
            print("peak, garbage too", peak.highest(held));
            double upstreamCut = secondsUntilNone(cloudPort, begin);
            double callerCut = secondsUntilNone(url.getPort(), begin);
            List<Integer> words = drain(stalled);
            int cut = (int) words.stream().filter(count -> count >= 0).count();
            words.replaceAll(Math::abs);
            words.sort(null);
            System.out.printf(
                    Locale.ROOT,
                    "the last upstream connection closed after %.0f s, the last caller's after %.0f s (%d of %d readers)%n"
                            + "read afterwards, out of what the system held: %d to %d words, %d in all%n",
                    upstreamCut,
                    callerCut,
                    cut,
                    readers,
                    words.getFirst(),
                    words.getLast(),
                    words.stream().mapToInt(Integer::intValue).sum());
            ProcessMemory.Sample after = memory.afterCollection();
            print("after", after);
            return verdict(before, held, cut, callerCut - readers * BETWEEN_MILLIS / 1e3);
        } finally {
            for (Socket reader : stalled) {
                reader.close();
            }
        }
    }

    private boolean verdict(ProcessMemory.Sample before, ProcessMemory.Sample held, int cut, double stalledSeconds) {
        boolean good = held.heapBytes() - before.heapBytes() <= readers * HEAP_BYTES_EACH
                && held.directBytes() - before.directBytes() <= readers * DIRECT_BYTES_EACH
                && cut == readers
                && stalledSeconds <= STALL_SECONDS_MAX;
        System.out.printf(
                Locale.ROOT,
                "%s  a stalled reader holds at most %d KiB of heap and %d KiB of direct memory, and is cut off within %d s"
                        + " (%.0f s)%n",
                good ? "ok  " : "FAIL",
                HEAP_BYTES_EACH >> 10,
                DIRECT_BYTES_EACH >> 10,
                STALL_SECONDS_MAX,
                stalledSeconds);
        return good;
    }

    private Socket ask() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        byte[] body = ("{\"model\":\"" + model
                        + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST " + url.getRawPath() + " HTTP/1.1\r\nhost: " + url.getAuthority()
                + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return socket;
    }

    /** Until the listening side of a port has no connection left: a turn is cut first, its reader told for a while. */
    private double secondsUntilNone(int port, long begin) throws IOException, InterruptedException {
        while (memory.connections(port) > 0 && seconds(begin) < CUT_WITHIN_SECONDS) {
            Thread.sleep(SAMPLE_MILLIS);
        }
        return seconds(begin);
    }

    /** All at once: the system offers what it holds to each after a pause of its own. */
    private static List<Integer> drain(List<Socket> readers) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> words = new ArrayList<>();
            for (Future<Integer> draining :
                    threads.invokeAll(readers.stream().map(Stalls::draining).toList())) {
                words.add(draining.get());
            }
            return words;
        }
    }

    private static Callable<Integer> draining(Socket reader) {
        return () -> drain(reader);
    }

    /** Reads what had been handed over: its words; negative if the connection is still open behind them. */
    private static int drain(Socket reader) throws IOException {
        int words = 0;
        reader.setSoTimeout(20_000);
        try {
            InputStream in = new BufferedInputStream(reader.getInputStream(), 1 << 16);
            while (true) {
                if (HttpHead.line(in).contains("\"content\":\"")) {
                    words++;
                }
            }
        } catch (SocketTimeoutException open) {
            return -Math.max(1, words);
        } catch (EOFException | SocketException cut) {
            return words;
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void print(String what, ProcessMemory.Sample sample) {
        System.out.printf(
                Locale.ROOT,
                "%-18s heap %4d MB   direct %4d MB   resident %4d MB%n",
                what,
                sample.heapBytes() >> 20,
                sample.directBytes() >> 20,
                sample.residentBytes() >> 20);
    }
}

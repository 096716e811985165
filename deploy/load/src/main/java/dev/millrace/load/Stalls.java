package dev.millrace.load;

import dev.millrace.load.StalledReader.Taken;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.billing.v1.TurnUsage;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Readers that ask for a long answer and then take nothing: what the process that answers holds for each, when they are cut off,
 * and whether each is charged for what it was handed. Arguments: {@code URL PID READERS MODEL CLOUD-PORT GRPC-TARGET}; the
 * model's price is 1 USD and 2 USD a million tokens. Exit status 1: memory grew with the readers, one was not cut off in time, or
 * a bill is not what was handed over.
 */
public final class Stalls {
    /** What begins with the first reader, such as threads and their buffers, has begun with these. */
    private static final int FIRST_READERS = 100;

    private static final int FIRST_SETTLE_SECONDS = 6;
    /** Their first pieces cost CPU time; they come in one after another, all within the first one's stall limit. */
    private static final long BETWEEN_MILLIS = 30;

    /** What all hold is measured before the first is cut off. */
    private static final int SETTLE_SECONDS = 26;

    private static final int READERS_MAX = 600;
    private static final int CUT_WITHIN_SECONDS = 120;
    private static final int STALL_SECONDS_MIN = 30;
    /** The stall limit, the moment in which a reader is told, and a second to be told in. */
    private static final int STALL_SECONDS_MAX = 35;

    private static final long SAMPLE_MILLIS = 250;
    /**
     * What one more reader may cost on the heap and off it together, bytes, however long its answer is. On its way an answer
     * waits in: the relay's connection (about 44 KiB of buffers), its reader (8 KiB), its count of tokens (8 KiB of text, in a
     * buffer of up to four times that), the queue between relay and gateway (at most 32 pieces, here of 1 KiB and the objects
     * around them), and the door (16 KiB, and 24 KiB for the connection); two waiting threads take 14 KiB, the turn itself the
     * rest. What the system's own socket buffers hold is not the process's.
     */
    private static final long BYTES_EACH_MAX = 256 << 10;

    private static final int WORDS_COUNTED = 1_000;
    /**
     * What is handed to the door and lost when it is cut, in pieces of more than 1 KiB, the last of them cut: 16 KiB wait there,
     * as much as one buffer on its way to the connection has, and 8 KiB may wait in the connection before that.
     */
    private static final int LOST_WORDS_MAX = 41;

    private static final long INPUT_NANO_USD = 1_000;
    private static final long OUTPUT_NANO_USD = 2_000;

    private final URI url;
    private final ProcessMemory memory;
    private final int readers;
    private final String model;
    private final int cloudPort;
    private final LedgerView ledger;
    private double lastAskedSeconds;

    private Stalls(URI url, long pid, int readers, String model, int cloudPort, LedgerView ledger) {
        this.url = url;
        this.memory = new ProcessMemory(pid);
        this.readers = readers;
        this.model = model;
        this.cloudPort = cloudPort;
        this.ledger = ledger;
    }

    public static void main(String[] arguments) throws Exception {
        boolean good;
        if (Integer.parseInt(arguments[2]) > READERS_MAX) {
            throw new IllegalArgumentException("readers: " + arguments[2] + " (expected: at most " + READERS_MAX
                    + ", so that all stall before the first is cut off)");
        }
        try (LedgerView ledger = new LedgerView(arguments[5])) {
            good = new Stalls(
                            URI.create(arguments[0] + "/v1/chat/completions"),
                            Long.parseLong(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            arguments[3],
                            Integer.parseInt(arguments[4]),
                            ledger)
                    .run();
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws Exception {
        for (int i = 0; i < 30; i++) {
            try (Leaver caller = new HttpLeaver(url, model, "hello")) {
                caller.read(200, Duration.ofSeconds(5));
            }
        }
        List<Long> tokens = ledger.tokensOfWords(model, WORDS_COUNTED);
        print("before", memory.afterCollection());
        Instant since = Instant.now();
        List<StalledReader> stalled = new ArrayList<>();
        long begin = System.nanoTime();
        try {
            boolean flat = isFlat(stalled, begin);
            double upstreamCut = secondsUntilNone(cloudPort, begin);
            double callerCut = secondsUntilNone(url.getPort(), begin);
            List<Taken> taken = drain(stalled);
            print("after", memory.afterCollection());
            System.out.printf(
                    Locale.ROOT,
                    "the last upstream connection closed after %.0f s, the last caller's after %.0f s%n",
                    upstreamCut,
                    callerCut);
            boolean cut = isCut(taken, callerCut - lastAskedSeconds);
            return isBilled(taken, since, tokens) && cut && flat;
        } finally {
            for (StalledReader reader : stalled) {
                reader.close();
            }
        }
    }

    // ---- What they cost ----

    private boolean isFlat(List<StalledReader> stalled, long begin) throws IOException, InterruptedException {
        int first = Math.min(FIRST_READERS, readers / 2);
        stall(first, stalled, begin, FIRST_SETTLE_SECONDS);
        ProcessMemory.Sample few = memory.afterCollection();
        print("held for " + first, few);
        stall(readers - first, stalled, begin, SETTLE_SECONDS);
        ProcessMemory.Sample garbageToo = memory.now();
        ProcessMemory.Sample all = memory.afterCollection();
        print("held for " + readers, all);
        print("with garbage", garbageToo);
        double more = readers - first;
        double heap = (all.heapBytes() - few.heapBytes()) / more;
        double direct = (all.directBytes() - few.directBytes()) / more;
        double resident = (all.residentBytes() - few.residentBytes()) / more;
        return told(
                heap + direct <= BYTES_EACH_MAX,
                "one more stalled reader holds %.1f KiB of heap and %.1f KiB of direct memory (at most %d together), and %.1f"
                        + " KiB resident, garbage included",
                heap / 1024,
                direct / 1024,
                BYTES_EACH_MAX >> 10,
                resident / 1024);
    }

    private void stall(int more, List<StalledReader> stalled, long begin, int untilSeconds)
            throws IOException, InterruptedException {
        for (int i = 0; i < more; i++) {
            stalled.add(new StalledReader(url, model));
            Thread.sleep(BETWEEN_MILLIS);
        }
        lastAskedSeconds = seconds(begin);
        while (seconds(begin) < untilSeconds) {
            Thread.sleep(BETWEEN_MILLIS);
        }
    }

    // ---- When they are cut off ----

    private boolean isCut(List<Taken> taken, double lastSeconds) {
        long cut = taken.stream().filter(Taken::cut).count();
        return told(
                cut == readers && lastSeconds <= STALL_SECONDS_MAX,
                "%d of %d readers are cut off, the last %.0f s after it had asked (at most %d s)",
                cut,
                readers,
                lastSeconds,
                STALL_SECONDS_MAX);
    }

    /** Until the listening side of a port has no connection left: a turn is cut first, its reader told for a while. */
    private double secondsUntilNone(int port, long begin) throws IOException, InterruptedException {
        while (memory.connections(port) > 0 && seconds(begin) < CUT_WITHIN_SECONDS) {
            Thread.sleep(SAMPLE_MILLIS);
        }
        return seconds(begin);
    }

    /** All at once: the system offers what it holds to each after a pause of its own. */
    private static List<Taken> drain(List<StalledReader> readers) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Taken>> draining = new ArrayList<>();
            readers.forEach(reader -> draining.add(threads.submit(reader::drain)));
            List<Taken> taken = new ArrayList<>();
            for (Future<Taken> one : draining) {
                taken.add(one.get());
            }
            return taken;
        }
    }

    // ---- What they are charged ----

    private boolean isBilled(List<Taken> taken, Instant since, List<Long> tokens) {
        Map<String, TurnUsage> turns = ledger.turns(since);
        int wrongEnd = 0;
        int wrongTime = 0;
        int wrongWords = 0;
        int wrongCharge = 0;
        int lostMax = 0;
        long words = 0;
        for (Taken reader : taken) {
            TurnUsage turn = turns.getOrDefault(reader.turn(), TurnUsage.getDefaultInstance());
            double seconds = seconds(turn.getTotal()) - seconds(turn.getFirstToken());
            int lost = wordsOf(turn.getUsage().getOutputTokens(), tokens) - reader.words();
            wrongEnd += turn.getEnd() == TurnEnd.TURN_END_READER_STALLED ? 0 : 1;
            wrongTime += seconds >= STALL_SECONDS_MIN && seconds <= STALL_SECONDS_MAX ? 0 : 1;
            wrongWords += lost >= 0 && lost <= LOST_WORDS_MAX ? 0 : 1;
            wrongCharge += turn.getCharge().getChargedNanoUsd() == price(turn) ? 0 : 1;
            lostMax = Math.max(lostMax, lost);
            words += reader.words();
        }
        boolean ended = told(
                wrongEnd + wrongTime == 0,
                "the ledger has each turn as cut off because its reader stalled (%d otherwise), %d to %d s after its"
                        + " first token (%d otherwise)",
                wrongEnd,
                STALL_SECONDS_MIN,
                STALL_SECONDS_MAX,
                wrongTime);
        return told(
                        wrongWords + wrongCharge == 0,
                        "each is charged for what it was handed: %d words were read afterwards, at most %d a reader were handed"
                                + " over and lost with the connection (at most %d; %d readers otherwise), each at its price (%d"
                                + " otherwise)",
                        words,
                        lostMax,
                        LOST_WORDS_MAX,
                        wrongWords,
                        wrongCharge)
                && ended;
    }

    /** The words whose tokens these are, and rounding that the two counts do differently. */
    private static int wordsOf(long charged, List<Long> tokens) {
        int place = Collections.binarySearch(tokens, charged + 2);
        return place >= 0 ? place : -place - 2;
    }

    private static double seconds(com.google.protobuf.Duration span) {
        return span.getSeconds() + span.getNanos() / 1e9;
    }

    private static long price(TurnUsage turn) {
        return turn.getUsage().getInputTokens() * INPUT_NANO_USD
                + turn.getUsage().getOutputTokens() * OUTPUT_NANO_USD;
    }

    // ---- Common ----

    private static boolean told(boolean good, String text, Object... figures) {
        System.out.printf(Locale.ROOT, (good ? "ok    " : "FAIL  ") + text + "%n", figures);
        return good;
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

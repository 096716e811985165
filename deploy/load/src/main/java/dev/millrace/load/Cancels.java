package dev.millrace.load;

import dev.millrace.rpc.Channels;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.testing.CloudAttempt;
import dev.millrace.testing.FakeCloud;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Callers that leave at random moments of an answer, and how long what worked for them goes on.
 *
 * <p>Arguments: {@code cloud URL COUNT PORT}, {@code embedded URL COUNT local-inference's target}, whose model is an
 * {@link EndlessModel}, or
 * {@code server URL COUNT PORT SERVER-PORT}; the ports are those that the engine's or cloud's address was set to, where this
 * program itself listens. A call that had ended before its caller left, or had not arrived, is no sample: another is made for
 * it, up to twice as many in all. Exit status 1: a limit was passed, or there are fewer samples than asked for.
 */
public final class Cancels {
    private static final String CLOUD_MODEL = "slow-words-5";
    private static final String LOCAL_MODEL = "millrace-starter";
    private static final String PROMPT = "What are your opening hours?";
    private static final int WARM_UP_ANSWERS = 30;
    /** At what word callers leave, of an answer that does not end by itself. */
    private static final int LONG_ANSWER_WORDS = 400;

    private static final Duration FOUND_WITHIN = Duration.ofSeconds(60);
    private static final Duration GIVEN_UP = Duration.ofSeconds(5);
    private static final Duration ON_ITS_WAY = Duration.ofMillis(500);
    private static final long LOOK_EVERY_NANOS = 200_000;
    private static final double SOCKET_LIMIT_MILLIS = 100;
    /** llama.cpp's server looks for departed callers once in a while only. */
    private static final double SERVER_SLOT_LIMIT_MILLIS = 600;

    private final URI url;
    private final int count;
    private final Random random = new Random(4);
    private final Spread sockets = new Spread();
    private final Spread slots = new Spread();
    private int early;
    private int late;
    private int lost;

    private Cancels(URI url, int count) {
        this.url = url;
        this.count = count;
    }

    public static void main(String[] arguments) throws IOException {
        Cancels cancels =
                new Cancels(URI.create(arguments[1] + "/v1/chat/completions"), Integer.parseInt(arguments[2]));
        boolean good = switch (arguments[0]) {
            case "cloud" -> cancels.cloud(Integer.parseInt(arguments[3]));
            case "embedded" -> cancels.embedded(arguments[3]);
            case "server" -> cancels.server(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
            default -> throw new IllegalArgumentException(arguments[0] + " (expected: cloud, embedded or server)");
        };
        System.exit(good ? 0 : 1);
    }

    // ---- A cloud: from the caller's closing to the cloud seeing its own connection closed ----

    private boolean cloud(int port) throws IOException {
        try (FakeCloud cloud = FakeCloud.start(port)) {
            warmUp(CLOUD_MODEL);
            long read = 0;
            long sent = 0;
            for (int i = 0; i < 2 * count && sockets.count() < count; i++) {
                int before = cloud.attempts().size();
                try (Leaver caller = new Leaver(url, CLOUD_MODEL, PROMPT)) {
                    caller.read(random.nextInt(40), Duration.ofMillis(1 + random.nextInt(200)));
                    long left = caller.leave();
                    if (!await(() -> cloud.attempts().size() > before, ON_ITS_WAY)) {
                        early++;
                        continue;
                    }
                    CloudAttempt attempt = cloud.attempts().get(before);
                    if (await(attempt::callerGone, GIVEN_UP)) {
                        sockets.add(Math.max(0, attempt.goneNanos() - left));
                        await(attempt::ended, GIVEN_UP);
                        read += caller.words();
                        sent += attempt.wordsSent();
                    } else {
                        lost++;
                    }
                }
            }
            System.out.printf("cloud: upstream socket closed after %s%n", sockets);
            System.out.printf(
                    "cloud: %d words sent, %d read by callers, %.1f a cancel for nobody; %d left before the cloud was asked%n",
                    sent, read, (sent - read) / (double) Math.max(1, sockets.count()), early);
            return verdict("cloud", sockets, SOCKET_LIMIT_MILLIS);
        }
    }

    // ---- The embedded engine: to its slot being idle, as the service itself tells ----

    private boolean embedded(String target) {
        ManagedChannel channel = Channels.open(target);
        try {
            InferenceServiceGrpc.InferenceServiceBlockingStub local = InferenceServiceGrpc.newBlockingStub(channel);
            BooleanSupplier idle = () ->
                    local.getCapacity(GetCapacityRequest.getDefaultInstance()).getSlotsBusy() == 0;
            warmUp(LOCAL_MODEL);
            for (int i = 0; i < 2 * count && slots.count() < count; i++) {
                await(idle, GIVEN_UP);
                leaveAndSee(1 + random.nextInt(LONG_ANSWER_WORDS), idle);
            }
            System.out.printf("embedded: slot idle after %s; %d answers were over before%n", slots, late);
            return verdict("embedded", slots, SOCKET_LIMIT_MILLIS);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } finally {
            channel.shutdownNow();
        }
    }

    private long leaveAndSee(int words, BooleanSupplier idle) throws IOException {
        try (Leaver caller = new Leaver(url, LOCAL_MODEL, PROMPT)) {
            caller.read(words, Duration.ofMillis(1 + random.nextInt(4 * words)));
            long left = caller.leave();
            if (caller.ended()) {
                late++;
            } else if (await(idle, GIVEN_UP)) {
                slots.add(System.nanoTime() - left);
            } else {
                lost++;
            }
            return left;
        }
    }

    // ---- An engine in a server of its own: to its socket closed, and to its slot being idle ----

    private boolean server(int port, int serverPort) throws IOException {
        try (WatchedLine line = WatchedLine.open(port, serverPort)) {
            SlotView view = new SlotView(serverPort);
            warmUp(LOCAL_MODEL);
            for (int i = 0; i < 2 * count && Math.min(slots.count(), sockets.count()) < count; i++) {
                await(view::isIdle, GIVEN_UP);
                int before = line.ends().size();
                long left = leaveAndSee(1 + random.nextInt(LONG_ANSWER_WORDS), view::isIdle);
                await(() -> line.ends().size() > before, ON_ITS_WAY);
                List<Long> ends = line.ends();
                if (ends.size() > before) {
                    sockets.add(Math.max(0, ends.get(before) - left));
                }
            }
        }
        System.out.printf("server: engine's socket closed after %s%n", sockets);
        System.out.printf("server: slot idle after %s; %d answers were over before%n", slots, late);
        boolean closed = verdict("server, socket", sockets, SOCKET_LIMIT_MILLIS);
        return verdict("server, slot", slots, SERVER_SLOT_LIMIT_MILLIS) && closed;
    }

    // ---- Common ----

    /** The first answers of a JVM are slow, and an engine may have to be found first; neither is what is measured. */
    private void warmUp(String model) throws IOException {
        long until = System.nanoTime() + FOUND_WITHIN.toNanos();
        for (int answers = 0; answers < WARM_UP_ANSWERS; ) {
            try (Leaver caller = new Leaver(url, model, PROMPT)) {
                caller.read(10, Duration.ofSeconds(2));
                answers += caller.words() > 0 ? 1 : 0;
            }
            if (System.nanoTime() > until) {
                throw new IllegalStateException(model + " does not answer at " + url);
            }
        }
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
    }

    private static boolean await(BooleanSupplier condition, Duration most) {
        long until = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return true;
    }

    private boolean verdict(String what, Spread spread, double limitMillis) {
        boolean good = lost == 0 && spread.count() >= count && spread.millis(990) <= limitMillis;
        System.out.printf(
                "%s  %s: p99 at most %.0f ms of %d (%d measured), none lost (%d lost)%n",
                good ? "ok  " : "FAIL", what, limitMillis, count, spread.count(), lost);
        return good;
    }
}

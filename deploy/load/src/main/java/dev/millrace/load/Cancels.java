package dev.millrace.load;

import dev.millrace.rpc.Channels;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.testing.CloudAttempt;
import dev.millrace.testing.FakeCloud;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Callers that leave at random moments of an answer, and how long what worked for them goes on.
 *
 * <p>Arguments: {@code cloud DOOR COUNT PORT}, {@code embedded DOOR COUNT local-inference's target}, or
 * {@code server DOOR COUNT PORT SERVER-PORT}; the door is {@code http://…} or {@code tcp://…}, and the ports are those that the
 * engine's or cloud's address was set to, where this program itself listens. The models of both engines are an
 * {@link EndlessModel}.
 *
 * <p>Only a cancel in the middle of the work is a sample: the cloud had been asked, or the slot was seen busy, right before the
 * caller left, and the answer had not ended. Others are counted and made up for, up to three more for each sample asked for.
 * Exit status 1: a limit was passed, work did not end at all, or there are fewer samples than asked for.
 */
public final class Cancels {
    private static final String CLOUD_MODEL = "slow-words-5";
    private static final String LOCAL_MODEL = "millrace-starter";
    private static final String PROMPT = "What are your opening hours?";
    private static final int WARM_UP_ANSWERS = 30;
    /** At what word callers leave, of an answer that does not end by itself. */
    private static final int LONG_ANSWER_WORDS = 400;

    private static final int CALLS_A_SAMPLE_MAX = 4;
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(60);
    private static final Duration GIVEN_UP = Duration.ofSeconds(5);
    private static final Duration ON_ITS_WAY = Duration.ofMillis(500);
    private static final long LOOK_EVERY_NANOS = 200_000;
    private static final double SOCKET_LIMIT_MILLIS = 100;
    /** llama.cpp's server looks for departed callers once in a while only. */
    private static final double SERVER_SLOT_LIMIT_MILLIS = 600;

    private final Door door;
    private final int count;
    private final Random random = new Random(4);
    private final Spread sockets = new Spread();
    private final Spread slots = new Spread();
    private int early;
    private int late;
    private int lost;

    private Cancels(Door door, int count) {
        this.door = door;
        this.count = count;
    }

    public static void main(String[] arguments) throws IOException {
        boolean good;
        try (Door door = Door.at(arguments[1])) {
            Cancels cancels = new Cancels(door, Integer.parseInt(arguments[2]));
            good = switch (arguments[0]) {
                case "cloud" -> cancels.cloud(Integer.parseInt(arguments[3]));
                case "embedded" -> cancels.embedded(arguments[3]);
                case "server" -> cancels.server(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
                default -> throw new IllegalArgumentException(arguments[0] + " (expected: cloud, embedded or server)");
            };
        }
        System.exit(good ? 0 : 1);
    }

    // ---- A cloud: from the caller's closing to the cloud seeing its own connection closed ----

    private boolean cloud(int port) throws IOException {
        try (FakeCloud cloud = FakeCloud.start(port)) {
            warmUp(CLOUD_MODEL);
            long read = 0;
            long sent = 0;
            for (int i = 0; i < CALLS_A_SAMPLE_MAX * count && sockets.count() < count; i++) {
                int before = cloud.attempts().size();
                try (Leaver caller = door.ask(CLOUD_MODEL, PROMPT)) {
                    caller.read(random.nextInt(40), Duration.ofMillis(1 + random.nextInt(200)));
                    boolean worked = cloud.attempts().size() > before
                            && !cloud.attempts().get(before).ended();
                    long left = caller.leave();
                    if (!worked) {
                        early++;
                        await(() -> cloud.attempts().size() > before, ON_ITS_WAY);
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

    private boolean embedded(String target) throws IOException {
        ManagedChannel channel = Channels.open(target);
        try {
            InferenceServiceGrpc.InferenceServiceBlockingStub local = InferenceServiceGrpc.newBlockingStub(channel);
            BooleanSupplier busy = () ->
                    local.getCapacity(GetCapacityRequest.getDefaultInstance()).getSlotsBusy() > 0;
            warmUp(LOCAL_MODEL);
            for (int i = 0; i < CALLS_A_SAMPLE_MAX * count && slots.count() < count; i++) {
                leaveAndSee(busy);
            }
            tellSlots("embedded");
            return verdict("embedded", slots, SOCKET_LIMIT_MILLIS);
        } finally {
            channel.shutdownNow();
        }
    }

    /** One call; when its caller left, or empty where that is no sample. */
    private OptionalLong leaveAndSee(BooleanSupplier busy) throws IOException {
        await(() -> !busy.getAsBoolean(), GIVEN_UP);
        try (Leaver caller = door.ask(LOCAL_MODEL, PROMPT)) {
            await(busy, ON_ITS_WAY);
            int words = random.nextInt(LONG_ANSWER_WORDS);
            caller.read(words, Duration.ofMillis(1 + random.nextInt(4 * words + 1)));
            boolean worked = busy.getAsBoolean();
            long left = caller.leave();
            if (caller.ended()) {
                late++;
            } else if (!worked) {
                early++;
            } else if (await(() -> !busy.getAsBoolean(), GIVEN_UP)) {
                slots.add(System.nanoTime() - left);
                return OptionalLong.of(left);
            } else {
                lost++;
            }
            return OptionalLong.empty();
        }
    }

    private void tellSlots(String part) {
        System.out.printf(
                "%s: slot idle after %s; not counted: %d answers that were over before, %d calls without the slot%n",
                part, slots, late, early);
    }

    // ---- An engine in a server of its own: to its socket closed, and to its slot being idle ----

    private boolean server(int port, int serverPort) throws IOException {
        try (WatchedLine line = WatchedLine.open(port, serverPort)) {
            SlotView view = new SlotView(serverPort);
            warmUp(LOCAL_MODEL);
            for (int i = 0; i < CALLS_A_SAMPLE_MAX * count && Math.min(slots.count(), sockets.count()) < count; i++) {
                int before = line.ends().size();
                OptionalLong left = leaveAndSee(() -> !view.isIdle());
                await(() -> line.ends().size() > before, ON_ITS_WAY);
                List<Long> ends = line.ends();
                if (left.isPresent() && ends.size() > before) {
                    sockets.add(Math.max(0, ends.get(before) - left.getAsLong()));
                }
            }
        }
        System.out.printf("server: engine's socket closed after %s%n", sockets);
        tellSlots("server");
        boolean closed = verdict("server, socket", sockets, SOCKET_LIMIT_MILLIS);
        return verdict("server, slot", slots, SERVER_SLOT_LIMIT_MILLIS) && closed;
    }

    // ---- Common ----

    /** The first answers of a JVM are slow, and an engine may have to be found first; neither is what is measured. */
    private void warmUp(String model) throws IOException {
        long until = System.nanoTime() + FOUND_WITHIN.toNanos();
        for (int answers = 0; answers < WARM_UP_ANSWERS; ) {
            try (Leaver caller = door.ask(model, PROMPT)) {
                caller.read(10, Duration.ofSeconds(2));
                answers += caller.words() > 0 ? 1 : 0;
            }
            if (System.nanoTime() > until) {
                throw new IllegalStateException(model + " does not answer at the door");
            }
            LockSupport.parkNanos(ON_ITS_WAY.toNanos() / WARM_UP_ANSWERS);
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

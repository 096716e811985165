package dev.millrace.gateway.http;

import dev.millrace.gateway.Reason;
import io.grpc.Context;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Callers that leave, and callers that stop reading. */
class CallerGoneTest {
    private static final String STREAM = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String WHOLE = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    /** Far above what a cancel takes, far below any timer that would end the call in its place. */
    private static final long SOON_MILLIS = 5_000;

    private static Door door = Door.CLOSED;

    @BeforeAll
    static void open() {
        door = Door.open("stall-limit", "700ms");
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void closingTheSocketCancelsAStreamThatWaitsForItsFirstToken() throws Exception {
        assertThat(millisUntilCancelled(STREAM, "")).isLessThan(SOON_MILLIS);
    }

    @Test
    void closingTheSocketCancelsAStreamBetweenTokens() throws Exception {
        assertThat(millisUntilCancelled(STREAM, "first")).isLessThan(SOON_MILLIS);
    }

    @Test
    void closingTheSocketCancelsAWholeAnswer() throws Exception {
        assertThat(millisUntilCancelled(WHOLE, "")).isLessThan(SOON_MILLIS);
    }

    private static long millisUntilCancelled(String ask, String shown) throws Exception {
        BlockingQueue<Long> cancelled = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> running = new LinkedBlockingQueue<>();
        door.turns().play((request, sink) -> {
            Context.current().addListener(context -> cancelled.add(System.nanoTime()), Runnable::run);
            if (!shown.isEmpty()) {
                sink.take(Events.text(shown));
            }
            running.add(true);
            cancelled.add(cancelled.take());
            sink.take(Events.text("into the void"));
        });
        long closedNanos;
        try (RawCall call = RawCall.post(door, Door.CHAT, ask)) {
            assertThat(running.poll(10, TimeUnit.SECONDS)).isTrue();
            if (!shown.isEmpty()) {
                call.awaitText(shown);
            }
            closedNanos = System.nanoTime();
        }
        assertThat(end()).isEqualTo(Reason.CALLER_CANCELLED);
        return (cancelled.take() - closedNanos) / 1_000_000;
    }

    @Test
    void aReaderThatTakesNothingMakesTheTurnWaitAndIsCutOff() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicLong writtenBytes = floodUntilGone(ended);

        try (RawCall call = RawCall.post(door, Door.CHAT, STREAM)) {
            assertThat(end()).isEqualTo(Reason.READER_STALLED);
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(writtenBytes.get()).isLessThan(20_000_000);
            assertThat(call.readsToItsEnd()).isTrue();
        }
    }

    @Test
    void aReaderThatComesBackAfterItsTurnWasEndedIsTold() throws Exception {
        floodUntilGone(new CountDownLatch(1));

        try (RawCall call = RawCall.post(door, Door.CHAT, STREAM)) {
            assertThat(end()).isEqualTo(Reason.READER_STALLED);
            call.awaitText("\"code\":\"reader_stalled\"");
            call.awaitText("data: [DONE]");
        }
    }

    @Test
    void aReaderThatTakesNothingOfALongAnswerThatIsWholeIsCutOffToo() throws Exception {
        playWhole(40_000_000);

        try (RawCall call = RawCall.post(door, Door.CHAT, WHOLE)) {
            assertThat(end()).isEqualTo(Reason.READER_STALLED);
            assertThat(call.readsToItsEnd()).isTrue();
        }
    }

    @Test
    void aLongAnswerThatIsWholeArrivesToItsLastByte() throws Exception {
        playWhole(1_000_000);

        HttpResponse<String> answer = door.post(Door.CHAT, WHOLE);

        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValueAsLong("content-length"))
                .hasValue(answer.body().length());
        assertThat(answer.body()).contains("z".repeat(1_000_000)).endsWith("}");
    }

    private static void playWhole(int letters) {
        door.turns().play((request, sink) -> {
            sink.take(Events.decided());
            sink.take(Events.text("z".repeat(letters)));
            sink.take(Events.finished());
        });
    }

    private static AtomicLong floodUntilGone(CountDownLatch ended) {
        AtomicLong writtenBytes = new AtomicLong();
        String piece = "x".repeat(1000);
        door.turns().play((request, sink) -> {
            Context.current().addListener(context -> ended.countDown(), Runnable::run);
            while (writtenBytes.get() < 200_000_000) {
                sink.take(Events.text(piece));
                writtenBytes.addAndGet(piece.length());
            }
        });
        return writtenBytes;
    }

    private static Reason end() throws InterruptedException {
        return Objects.requireNonNull(door.turns().ends.poll(10, TimeUnit.SECONDS), "the turn did not end")
                .reason();
    }

    @Test
    void aSlowReaderGetsEveryByte() throws Exception {
        String piece = "y".repeat(1000);
        door.turns().play((request, sink) -> {
            for (int i = 0; i < 5000; i++) {
                sink.take(Events.text(piece));
            }
            sink.take(Events.finished());
        });

        try (RawCall call = RawCall.post(door, Door.CHAT, STREAM.replace("{\"stream", "{\"x\":1,\"stream"))) {
            call.awaitText("data: [DONE]");

            assertThat(call.text().split("y{1000}", -1)).hasSize(5001);
        }
    }
}

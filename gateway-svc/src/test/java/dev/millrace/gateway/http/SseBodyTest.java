package dev.millrace.gateway.http;

import dev.millrace.gateway.TurnSink.CallerGone;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A body that nobody reads. */
class SseBodyTest {
    private static final byte[] FRAME = "data: 0123456789\n\n".getBytes(US_ASCII);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(3);

    @Test
    void aReaderThatStalledHasUsedUpItsWait() throws Exception {
        SseBody body = new SseBody(FRAME.length, STALL_LIMIT);
        body.write(FRAME);
        CallerGone gone = catchThrowableOfType(CallerGone.class, () -> body.write(FRAME));
        assertThat(gone.stalled()).isTrue();
        body.end(FRAME);
        long begin = System.nanoTime();

        assertThat(body.awaitDrained()).isFalse();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(STALL_LIMIT.minusMillis(500));
    }

    @Test
    void nothingIsOfferedPastWhatWaits() throws Exception {
        SseBody body = new SseBody(FRAME.length * 9, STALL_LIMIT);

        assertThat(body.offer(() -> FRAME)).isTrue();
        assertThat(body.offer(() -> {
                    throw new AssertionError("made, although it cannot be taken");
                }))
                .isFalse();
    }

    @Test
    void nothingIsOfferedToAReaderThatHasGone() {
        SseBody body = new SseBody(FRAME.length, STALL_LIMIT);

        body.leave();

        assertThat(body.offer(() -> FRAME)).isFalse();
    }

    @Test
    void aReaderThatIsSlowWhenTimeIsUpDidNotStall() throws Exception {
        SseBody body = new SseBody(FRAME.length, Duration.ofMinutes(1));
        body.write(FRAME);
        CompletableFuture<CallerGone> waiting = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> waiting.complete(catchThrowableOfType(CallerGone.class, () -> body.write(FRAME))));

        body.expire();

        assertThat(waiting.get(10, TimeUnit.SECONDS).stalled()).isFalse();
    }
}

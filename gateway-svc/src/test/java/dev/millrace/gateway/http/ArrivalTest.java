package dev.millrace.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When a connection is closed for being slow; time moves when the test says so. */
class ArrivalTest {
    private static final Duration HEADER_LIMIT = Duration.ofSeconds(5);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";

    private final AtomicLong nanos = new AtomicLong();
    private final EmbeddedChannel channel = new EmbeddedChannel(new HttpServerCodec());

    @BeforeEach
    void watch() {
        channel.freezeTime();
        Arrival arrival = new Arrival(channel, HEADER_LIMIT.toNanos(), REQUEST_LIMIT.toNanos(), nanos::get);
        channel.pipeline().addFirst(arrival.bytes()).addLast(arrival.requests());
        arrival.opened();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void anAnswerAndAPauseBetweenRequestsMayTakeLongerThanAnyLimit() {
        for (int request = 0; request < 3; request++) {
            send(HEAD + "{}");
            pass(Duration.ofHours(1));
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void headersThatDoNotComeEndTheConnection() {
        send("POST / HT");
        pass(HEADER_LIMIT.minus(SECOND));
        send("TP/1.1");
        assertThat(channel.isOpen()).isTrue();

        pass(SECOND.multipliedBy(2));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aBodyMayTakeAsLongAsTheWholeRequestAndNoLonger() {
        send(HEAD);
        pass(REQUEST_LIMIT.minus(SECOND));
        send("{");
        assertThat(channel.isOpen()).isTrue();

        pass(HEADER_LIMIT.plus(SECOND));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aNewConnectionThatSendsNothingIsEnded() {
        pass(REQUEST_LIMIT.minus(SECOND));
        assertThat(channel.isOpen()).isTrue();

        pass(HEADER_LIMIT.plus(SECOND));

        assertThat(channel.isOpen()).isFalse();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void pass(Duration span) {
        for (long left = span.toSeconds(); left > 0; left--) {
            nanos.addAndGet(SECOND.toNanos());
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}

package dev.millrace.relay.app;

import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.Upstream.Head;
import dev.millrace.relay.Upstream.Request;
import dev.millrace.relay.Upstream.Unreachable;
import dev.millrace.relay.upstream.NettyUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Exchanges that follow one another, one at a time: each gets its own answer, whatever became of the one before. */
final class HttpUpstreamTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] SMALL = "{}".getBytes(UTF_8);
    /** More than the system takes for one who reads nothing. */
    private static final byte[] LARGE = new byte[32 << 20];

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    @Test
    void anExchangeThatIsOverCannotCutTheNext() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Provider provider = provider((socket, number) -> {
            assertThat(ScriptedSockets.request(socket.getInputStream())).isTrue();
            ScriptedSockets.answer(socket, "first");
            assertThat(ScriptedSockets.request(socket.getInputStream())).isTrue();
            ScriptedSockets.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsec");
            await().until(() -> goOn.getCount() == 0);
            ScriptedSockets.write(socket, "ond");
            var _ = socket.getInputStream().read();
        });
        Exchange first = provider.exchange(SMALL);
        assertThat(text(first)).isEqualTo("first");

        try (Exchange second = provider.exchange(SMALL)) {
            assertThat(second.send().status()).isEqualTo(200);
            first.abort();
            goOn.countDown();

            assertThat(second.body().readAllBytes()).isEqualTo("second".getBytes(UTF_8));
        }
        assertThat(provider.sockets.connections()).isEqualTo(1);
    }

    @Test
    void aSecondAnswerThatComesWithTheFirstReachesNobody() throws Exception {
        Provider provider = provider((socket, number) -> {
            while (ScriptedSockets.request(socket.getInputStream())) {
                String own = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + number;
                ScriptedSockets.write(socket, own + "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nnobody's");
            }
        });

        for (int i = 1; i <= 5; i++) {
            assertThat(text(provider.exchange(SMALL))).isEqualTo(Integer.toString(i));
        }
    }

    /** Too little of it for a part of an answer; the rest comes when somebody else has asked. */
    @Test
    void theBeginningOfASecondAnswerReachesNobody() throws Exception {
        List<String> beginnings = List.of("HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\n", "}", "HTTP");
        Provider provider = provider((socket, number) -> {
            InputStream in = socket.getInputStream();
            assertThat(ScriptedSockets.request(in)).isTrue();
            String own = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + number;
            ScriptedSockets.write(socket, own + beginnings.get(number % beginnings.size()));
            if (ScriptedSockets.request(in)) {
                ScriptedSockets.write(socket, "ngth: 1\r\nContent-Length: 1\r\n\r\nX");
            }
        });

        for (int i = 1; i <= 8; i++) {
            assertThat(text(provider.exchange(SMALL))).isEqualTo(Integer.toString(i));
        }
    }

    /** So that nothing is booked for it. */
    @Test
    void whoeverHangsUpBeforeTheRequestHasLeftIsUnreachable() throws Exception {
        Provider provider = provider((socket, number) -> socket.setSoLinger(true, 0));

        for (int i = 0; i < 5; i++) {
            try (Exchange exchange = provider.exchange(LARGE)) {
                assertThatThrownBy(exchange::send).isInstanceOf(Unreachable.class);
            }
        }
    }

    @Test
    void aHeaderThatCannotBeSentIsToldAndNothingIsSent() throws Exception {
        Provider provider = provider((socket, number) -> {});
        URI uri = URI.create("http://provider.example:" + provider.sockets.port() + "/v1");
        Request request = new Request(uri, Map.of("Authorization", "Bearer two\nlines"), SMALL, LONG, LONG);

        try (Exchange exchange = provider.upstream.prepare(request)) {
            assertThatThrownBy(exchange::send)
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining("a key must be one line")
                    .hasMessageNotContaining("two");
        }
        assertThat(provider.sockets.connections()).isZero();
    }

    @Test
    void aSecondAnswerThatComesLaterClosesTheConnection() throws Exception {
        CountDownLatch rests = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        Provider provider = provider((socket, number) -> {
            assertThat(ScriptedSockets.request(socket.getInputStream())).isTrue();
            ScriptedSockets.answer(socket, "own " + number);
            if (number == 1) {
                await().until(() -> rests.getCount() == 0);
                ScriptedSockets.answer(socket, "nobody's");
                ended(socket);
                gone.countDown();
            }
        });
        assertThat(text(provider.exchange(SMALL))).isEqualTo("own 1");

        rests.countDown();
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(text(provider.exchange(SMALL))).isEqualTo("own 2");
    }

    @Test
    void aConnectionIsNotUsedAgainWhoseRequestHasNotLeft() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Provider provider = provider((socket, number) -> {
            InputStream in = socket.getInputStream();
            int length = ScriptedSockets.head(in);
            ScriptedSockets.answer(socket, "own " + number);
            if (number == 1) {
                await().until(() -> goOn.getCount() == 0);
                in.skipNBytes(length);
                assertThat(ScriptedSockets.request(in)).isTrue();
                ScriptedSockets.answer(socket, "behind what was left of the first");
            }
        });
        assertThat(text(provider.exchange(LARGE))).isEqualTo("own 1");
        goOn.countDown();

        assertThat(text(provider.exchange(SMALL))).isEqualTo("own 2");
    }

    @Test
    void headersWhoseLinesEndWithALineFeedAloneAreRead() throws Exception {
        Provider provider = provider((socket, number) -> {
            assertThat(ScriptedSockets.request(socket.getInputStream())).isTrue();
            ScriptedSockets.write(socket, "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 3\n\nown");
            ended(socket);
        });

        assertThat(text(provider.exchange(SMALL))).isEqualTo("own");
    }

    @Test
    void aRestedConnectionThatBreaksBeforeTheRequestHasLeftIsReplaced() throws Exception {
        Provider provider = provider((socket, number) -> {
            InputStream in = socket.getInputStream();
            assertThat(ScriptedSockets.request(in)).isTrue();
            ScriptedSockets.answer(socket, "own " + number);
            var _ = ScriptedSockets.head(in);
        });
        assertThat(text(provider.exchange(SMALL))).isEqualTo("own 1");

        assertThat(text(provider.exchange(LARGE))).isEqualTo("own 2");
        assertThat(provider.sockets.connections()).isEqualTo(2);
    }

    @Test
    void aRequestThatHasLeftIsNotSentAgain() throws Exception {
        Provider provider = provider((socket, number) -> {
            InputStream in = socket.getInputStream();
            assertThat(ScriptedSockets.request(in)).isTrue();
            ScriptedSockets.answer(socket, "own " + number);
            var _ = ScriptedSockets.request(in);
        });
        assertThat(text(provider.exchange(SMALL))).isEqualTo("own 1");

        try (Exchange second = provider.exchange(SMALL)) {
            assertThatThrownBy(second::send).hasMessageContaining("closed before the end");
        }
        assertThat(provider.sockets.connections()).isEqualTo(1);
    }

    @Test
    void whoIsGivenUpWhileEveryConnectionIsInUseEndsAtOnceAndTakesNone() throws Exception {
        Provider provider = provider((socket, number) -> {
            assertThat(ScriptedSockets.request(socket.getInputStream())).isTrue();
            ScriptedSockets.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
            ended(socket);
        });
        Exchange holder = provider.exchange(SMALL);
        assertThat(holder.send().status()).isEqualTo(200);
        Exchange waiting = provider.exchange(SMALL);
        CompletableFuture<Head> sent = new CompletableFuture<>();
        Thread sender = Thread.ofPlatform().start(() -> send(waiting, sent));
        await().until(() -> sender.getState() == Thread.State.TIMED_WAITING);

        long begin = System.nanoTime();
        waiting.abort();

        assertThatThrownBy(() -> sent.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Unreachable.class)
                .hasMessageContaining("given up");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        waiting.close();
        holder.close();
        try (Exchange next = provider.exchange(SMALL)) {
            assertThat(next.send().status()).isEqualTo(200);
        }
    }

    @Test
    void anAddressWithoutARouteLeadsToTheNext() throws Exception {
        // No stream leads to a group of machines.
        Provider provider = provider(List.of("224.0.0.1", "127.0.0.1"), (socket, number) -> {
            assertThat(ScriptedSockets.request(socket.getInputStream())).isTrue();
            ScriptedSockets.answer(socket, "own");
        });

        assertThat(text(provider.exchange(SMALL))).isEqualTo("own");
    }

    private static void send(Exchange exchange, CompletableFuture<Head> sent) {
        try {
            sent.complete(exchange.send());
        } catch (IOException failure) {
            sent.completeExceptionally(failure);
        }
    }

    /** Returns when the other side has closed, well or not. */
    private static void ended(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Nothing is expected.
            }
        } catch (IOException reset) {
            return;
        }
    }

    private static String text(Exchange exchange) throws IOException {
        try (exchange) {
            assertThat(exchange.send().status()).isEqualTo(200);
            return new String(exchange.body().readAllBytes(), UTF_8);
        }
    }

    private Provider provider(ScriptedSockets.Script script) throws IOException {
        return provider(List.of("127.0.0.1"), script);
    }

    private Provider provider(List<String> addresses, ScriptedSockets.Script script) throws IOException {
        ScriptedSockets sockets = new ScriptedSockets(script);
        open.add(sockets);
        InetAddress[] all = new InetAddress[addresses.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = InetAddress.getByName(addresses.get(i));
        }
        HostGuard guard = host -> all;
        NettyUpstream upstream = new NettyUpstream(guard, 1);
        open.add(upstream);
        return new Provider(sockets, upstream);
    }

    /** A provider and the one connection at a time that leads to it. */
    private record Provider(ScriptedSockets sockets, NettyUpstream upstream) {
        Exchange exchange(byte[] body) {
            URI uri = URI.create("http://provider.example:" + sockets.port() + "/v1");
            return upstream.prepare(new Request(uri, Map.of(), body, LONG, LONG));
        }
    }
}

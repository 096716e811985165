package dev.millrace.rpc;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

@Execution(ExecutionMode.CONCURRENT)
final class ConnectionLimitsTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int MANY = 100;
    /** Milliseconds; one who answers none is closed after 25 s. */
    private static final int BEFORE_A_PING_IS_MISSED = 15_000;

    private static final String WAIT = "wait";
    /** How HTTP/2 begins, and a frame of settings without any. */
    private static final byte[] BEGIN = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(US_ASCII);
    /** The first bytes of the headers of a call: a frame of 100 bytes on stream 1. */
    private static final byte[] HEADERS_BEGIN = {0, 0, 100, 1, 4, 0, 0, 0, 1, (byte) 0x83};

    @RegisterExtension
    final Opened opened = new Opened();

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch finish = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        finish.countDown();
        threads.shutdownNow();
    }

    @Test
    void aConnectionWithoutACallIsClosedAndTheNextCallOpensAnother() {
        ManagedChannel channel = opened.channel(start(new ConnectionLimits(MANY, LONG, SHORT, LONG, LONG)));
        String first = Words.ask(channel, "where");

        await().pollInterval(SHORT.multipliedBy(2))
                .atMost(Duration.ofSeconds(30))
                .until(() -> !Words.ask(channel, "where").equals(first));
    }

    @Test
    @Timeout(60)
    void aConnectionWhoseHeadersNeverComeIsClosed() throws Exception {
        GrpcServer server = start(new ConnectionLimits(MANY, LONG, SHORT, LONG, LONG));

        try (Socket half = raw(server)) {
            half.getOutputStream().write(BEGIN);
            half.getOutputStream().write(HEADERS_BEGIN);

            assertThat(readToItsEnd(half)).isTrue();
        }
    }

    @Test
    @Timeout(60)
    void aConnectionThatDoesNotBeginIsClosed() throws Exception {
        GrpcServer server = start(new ConnectionLimits(MANY, SHORT, LONG, LONG, LONG));

        try (Socket silent = raw(server);
                Socket half = raw(server)) {
            silent.setSoTimeout(BEFORE_A_PING_IS_MISSED);
            half.setSoTimeout(BEFORE_A_PING_IS_MISSED);
            half.getOutputStream().write(BEGIN, 0, BEGIN.length / 2);

            assertThat(readToItsEnd(silent)).isTrue();
            assertThat(readToItsEnd(half)).isTrue();
        }
    }

    @Test
    @Timeout(60)
    void connectionsBeyondTheLimitAreClosedAndTheirPlacesAreNotTaken() throws Exception {
        GrpcServer server = start(new ConnectionLimits(2, LONG, LONG, LONG, LONG));
        ManagedChannel channel = opened.channel(server);
        String first = Words.ask(channel, "where");

        try (Socket second = raw(server)) {
            for (int more = 0; more < 5; more++) {
                try (Socket beyond = raw(server)) {
                    assertThat(readToItsEnd(beyond)).isTrue();
                }
            }
            assertThat(Words.ask(channel, "where")).isEqualTo(first);
            assertThat(second.isClosed()).isFalse();
        }

        ManagedChannel next = opened.channel(server);
        await().atMost(Duration.ofSeconds(30)).until(() -> answers(next));
    }

    private static boolean answers(ManagedChannel channel) {
        try {
            return !Words.ask(channel, "where").isEmpty();
        } catch (StatusRuntimeException refused) {
            return false;
        }
    }

    private static Socket raw(GrpcServer server) throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), server.port().orElseThrow());
    }

    private static boolean readToItsEnd(Socket socket) throws Exception {
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
            // Its settings, and that it goes away.
        }
        return true;
    }

    @Test
    void anOldConnectionIsLeftForAnotherWhileItsCallsEnd() throws Exception {
        ManagedChannel channel = opened.channel(start(new ConnectionLimits(MANY, LONG, LONG, SHORT, LONG)));
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> Words.ask(channel, WAIT), threads);
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        String first = Words.ask(channel, "where");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> !Words.ask(channel, "where").equals(first));

        assertThat(call).isNotDone();
        finish.countDown();
        assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("waited");
    }

    @Test
    void whatOutlivesTheGraceIsCut() throws Exception {
        ManagedChannel channel =
                opened.channel(start(new ConnectionLimits(MANY, LONG, LONG, SHORT, Duration.ofMillis(100))));
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> Words.ask(channel, WAIT), threads);
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

        CompletionException cut = catchThrowableOfType(
                CompletionException.class,
                () -> call.orTimeout(30, TimeUnit.SECONDS).join());

        assertThat(cut.getCause())
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    private GrpcServer start(ConnectionLimits limits) {
        return opened.start(GrpcServer.builder("words")
                .listen("tcp://127.0.0.1:0")
                .connections(limits)
                .publicDoor(Duration.ofSeconds(30))
                .intercept(new Addresses())
                .service(Words.answering((question, answer) -> {
                    String address = Addresses.current();
                    if (question.equals(WAIT)) {
                        entered.countDown();
                        awaitQuietly(finish);
                        address = "waited";
                    }
                    answer.onNext(address);
                    answer.onCompleted();
                })));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets handlers know which connection a call came on. */
    private static final class Addresses implements ServerInterceptor {
        private static final io.grpc.Context.Key<String> ADDRESS = io.grpc.Context.key("address");

        static String current() {
            return String.valueOf(ADDRESS.get());
        }

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String address = String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            return io.grpc.Contexts.interceptCall(
                    io.grpc.Context.current().withValue(ADDRESS, address), call, headers, next);
        }
    }
}

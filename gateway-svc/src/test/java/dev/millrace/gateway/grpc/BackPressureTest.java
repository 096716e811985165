package dev.millrace.gateway.grpc;

import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class BackPressureTest {

    private static final int PIECES = 4_000;

    @ParameterizedTest
    @ValueSource(strings = {"inprocess", "tcp"})
    void aReaderThatPausesMakesTheBackendPauseAndThenGetsEverything(String transport) throws Exception {
        try (GatewayFixture gateway = transport.equals("tcp") ? GatewayFixture.tcp() : GatewayFixture.inProcess()) {
            gateway.local.script("millrace-starter", FakeBackend.flood(PIECES));
            SlowReader reader = new SlowReader(gateway);

            await().until(() -> gateway.local.written() > 0);
            await().during(Duration.ofMillis(400))
                    .atMost(Duration.ofSeconds(10))
                    .until(new Unchanged(gateway));

            assertThat(gateway.local.written()).isLessThan(PIECES / 2);
            reader.readAll();
            assertThat(reader.done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.deltas.get()).isEqualTo(PIECES);
        }
    }

    /** Whether the backend has written nothing since the last look. */
    private static final class Unchanged implements Callable<Boolean> {
        private final GatewayFixture gateway;
        private long last = -1;

        Unchanged(GatewayFixture gateway) {
            this.gateway = gateway;
        }

        @Override
        public Boolean call() {
            long now = gateway.local.written();
            boolean same = now == last;
            last = now;
            return same;
        }
    }

    /** Takes one event, and the rest when told. */
    private static final class SlowReader extends ClientCall.Listener<StreamCompletionResponse> {
        private final CountDownLatch done = new CountDownLatch(1);
        private final AtomicLong deltas = new AtomicLong();
        private final ClientCall<?, StreamCompletionResponse> call;

        SlowReader(GatewayFixture gateway) {
            var opened = gateway.channel.newCall(
                    GatewayServiceGrpc.getStreamCompletionMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
            call = opened;
            opened.start(this, new Metadata());
            opened.request(1);
            opened.sendMessage(GatewayFixture.prompt("local").build());
            opened.halfClose();
        }

        void readAll() {
            call.request(PIECES + 10);
        }

        @Override
        public void onMessage(StreamCompletionResponse message) {
            if (message.hasDelta()) {
                deltas.incrementAndGet();
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            done.countDown();
        }
    }
}

package dev.millrace.relay.upstream;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What the thread that waits learns of what goes wrong where the answer is received. */
final class ArrivingAnswerTest {
    @Test
    void aWorkerThatFailsWakesTheThreadThatWaits() throws Exception {
        ArrivingAnswer answer = new ArrivingAnswer(new EmbeddedChannel());
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Boolean> woken = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                waits.countDown();
                answer.await(() -> {
                    throw new IllegalStateException("the worker's fault");
                });
                woken.complete(true);
            } catch (java.io.IOException failure) {
                woken.completeExceptionally(failure);
            }
        });
        assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> waiter.getState() == Thread.State.WAITING);

        assertThatThrownBy(answer::arrived).hasMessage("the worker's fault");

        assertThat(woken.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRequestForAConnectionThatIsClosedIsUnsent() {
        EmbeddedChannel channel = new EmbeddedChannel();
        Connection connection = new Connection(channel, new AnswerDecoder(new HttpDecoderConfig()));
        channel.pipeline().addLast(connection);
        var _ = channel.close();

        ArrivingAnswer answer =
                connection.send(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/v1/models"));
        channel.runPendingTasks();

        assertThatThrownBy(() -> answer.head(Duration.ofSeconds(10))).isInstanceOf(Unsent.class);
    }
}

package dev.millrace.gateway.http;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.openai.AnswerForm;
import dev.millrace.gateway.openai.CompletionCall;
import dev.millrace.gateway.openai.CompletionReader;
import dev.millrace.gateway.openai.RequestHead;
import dev.millrace.runtime.DataSize;
import dev.millrace.telemetry.Step;
import io.grpc.Deadline;
import io.micronaut.http.HttpResponse;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StreamedAnsweringTest {
    private static final HttpConfig CONFIG = new HttpConfig(
            "127.0.0.1",
            0,
            List.of(),
            List.of(),
            DataSize.parse("8 MiB"),
            Duration.ofMinutes(1),
            Duration.ofMillis(1),
            Duration.ofMinutes(1),
            Duration.ofMillis(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            10,
            DataSize.parse("16 KiB"));

    private final CompletableFuture<StreamedAnswering> answering = new CompletableFuture<>();
    private final EndingTimer timer = new EndingTimer();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void aTurnThatEndsWhileItsHeadersLeaveUnaskedLeavesNoTimerBehind() {
        CompletableFuture<HttpResponse<?>> answer = new CompletableFuture<>();
        answering.complete(new StreamedAnswering(call(), new Exchange("r", "t", 0), scope(), CONFIG, timer, answer));

        ScheduledFuture<?> beats = timer.beats.join();

        assertThat(answer).isCompleted();
        await().until(beats::isCancelled);
    }

    private static CompletionCall call() {
        return CompletionReader.read(
                AnswerForm.Kind.CHAT,
                new RequestHead(Caller.LOCAL, "", Optional.empty()),
                "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                        .getBytes(StandardCharsets.UTF_8));
    }

    private CallScope scope() {
        return CallScope.open(
                new EmbeddedChannel(),
                new Exchange("r", "t", 0),
                Step.NONE,
                new PromptRoom(1).take(0),
                Deadline.after(1, TimeUnit.MINUTES),
                timer);
    }

    /** Ends the turn at the worst moment: when its comments have been ordered and nobody knows of it yet. */
    private final class EndingTimer extends ScheduledThreadPoolExecutor {
        private final CompletableFuture<ScheduledFuture<?>> beats = new CompletableFuture<>();

        EndingTimer() {
            super(2);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return super.schedule(
                    (Callable<Object>) () -> {
                        var _ = answering.join();
                        task.run();
                        return "";
                    },
                    delay,
                    unit);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
            ScheduledFuture<?> future = super.scheduleAtFixedRate(task, initial, period, unit);
            answering.join().finish();
            beats.complete(future);
            return future;
        }
    }
}

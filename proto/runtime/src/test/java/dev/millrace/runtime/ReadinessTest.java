package dev.millrace.runtime;

import dev.millrace.rpc.GrpcServer;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Execution(ExecutionMode.CONCURRENT)
final class ReadinessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final GrpcServer server = GrpcServer.builder("tiny")
            .listen("inprocess:///readiness-" + NUMBERS.incrementAndGet())
            .innerDoor()
            .service(() -> ServerServiceDefinition.builder("tiny.Tiny").build())
            .start();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void followsWhatTheServiceWorksWith() {
        AtomicBoolean able = new AtomicBoolean(true);
        Readiness readiness = Readiness.watch(server, able::get);
        assertThat(server.isServing()).isTrue();

        able.set(false);
        await().atMost(PATIENCE).until(() -> !server.isServing());
        able.set(true);
        await().atMost(PATIENCE).until(server::isServing);
        readiness.close();
    }

    @Test
    void whoStumblesForAMomentIsNotTakenOut() {
        AtomicInteger asked = new AtomicInteger();
        Readiness readiness = Readiness.watch(server, () -> asked.incrementAndGet() > 2, Duration.ofHours(1));

        await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(server::isServing);

        assertThat(asked).hasValueGreaterThanOrEqualTo(2);
        readiness.close();
    }

    @Test
    void whoIsUnableForLongerThanThatIs() {
        Readiness readiness = Readiness.watch(server, () -> false, Duration.ofMillis(1_500));
        long begin = System.nanoTime();

        await().atMost(PATIENCE).until(() -> !server.isServing());

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(1_500));
        readiness.close();
    }

    @Test
    void whoFailsAtTheQuestionIsNotReady() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Readiness readiness = Readiness.watch(server, () -> {
            if (broken.get()) {
                throw new IllegalStateException("broken");
            }
            return true;
        });

        await().atMost(PATIENCE).until(() -> !server.isServing());
        broken.set(false);
        await().atMost(PATIENCE).until(server::isServing);
        readiness.close();
    }

    @Test
    void whoHasLeftDoesNotComeBack() {
        AtomicBoolean able = new AtomicBoolean(false);
        AtomicBoolean asked = new AtomicBoolean();
        Readiness readiness = Readiness.watch(server, () -> {
            asked.set(true);
            return able.get();
        });
        await().atMost(PATIENCE).until(() -> !server.isServing());

        readiness.close();
        able.set(true);

        await().during(Duration.ofMillis(2_500)).atMost(PATIENCE).until(() -> !server.isServing());
        asked.set(false);
        await().during(Duration.ofMillis(1_500)).atMost(PATIENCE).until(() -> !asked.get());
    }

    @Test
    void withoutAnythingElseItServesUntilItLeaves() {
        Readiness readiness = Readiness.always(server);
        assertThat(server.isServing()).isTrue();

        readiness.close();

        assertThat(server.isServing()).isFalse();
    }
}

package dev.millrace.gateway.flow;

import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.gateway.fakes.TurnRequests;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status.Code;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static org.assertj.core.api.Assertions.assertThat;

/** The caller's deadline is that of every step: none begins it anew, and none takes a margin of its own. */
@Execution(ExecutionMode.CONCURRENT)
final class OneDeadlineTest {
    private static final double HARD = 0.8;

    @Test
    void classifyingAndEachHoldAndAttemptEndTogether() {
        try (GatewayFixture gateway = GatewayFixture.inProcess();
                ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            gateway.classifier.score(HARD);
            gateway.cloud.script(
                    "deepseek-v3.2", FakeBackend.refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "500", Map.of()));
            List<Deadline> holds = new CopyOnWriteArrayList<>();
            noteEachHold(gateway, holds);
            // Less than the slices of a young process, so that these do not end before it.
            Deadline callers = Deadline.after(4, TimeUnit.SECONDS);

            Context.CancellableContext call = Context.current().withDeadline(callers, timer);
            call.run(() -> gateway.flow.run(
                    TurnRequests.of(prompt().getMessagesList()).build(), (sequence, attempt, event) -> {}));
            call.cancel(null);

            Deadline peers = callers.offset(-60, TimeUnit.MILLISECONDS);
            assertThat(gateway.classifier.deadline()).isEqualTo(peers);
            assertThat(holds).containsExactly(peers, peers);
            assertThat(gateway.cloud.seen())
                    .extracting(FakeBackend.Seen::deadline)
                    .containsExactly(peers, peers);
        }
    }

    private static void noteEachHold(GatewayFixture gateway, List<Deadline> holds) {
        gateway.billing.onNextReserve(() -> {
            holds.add(Objects.requireNonNull(Context.current().getDeadline()));
            noteEachHold(gateway, holds);
        });
    }
}

package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnSink;
import dev.millrace.gateway.TurnSink.CallerGone;
import dev.millrace.gateway.auth.OpenCallers;
import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.gateway.fakes.TurnRequests;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.millrace.gateway.fakes.FakeBackend.hangAfter;
import static dev.millrace.gateway.fakes.FakeBackend.refuse;
import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is held and charged where a caller leaves, or its time is up, before its turn has ended. */
final class CallerEndsTest {

    private static final double HARD = 0.8;

    private GatewayFixture gateway = GatewayFixture.inProcess();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aStreamThatTheReaderStopsTakingIsChargedForWhatItTook() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", FakeBackend.answer("one ", "two ", "three "));

        TurnFault fault = catchThrowableOfType(TurnFault.class, () -> gateway.flow.run(request(), leavesAtPiece(2)));

        assertThat(fault.reason()).isEqualTo(Reason.CALLER_CANCELLED);
        assertThat(gateway.billing.nextSettled().getUsage().getOutputTokens()).isEqualTo(1);
    }

    @Test
    void anAnswerWhoseEndCannotBeToldIsSettledOnce() throws Exception {
        TurnSink leavesAtTheEnd = (sequence, attempt, event) -> {
            if (event instanceof TurnEvent.Finished) {
                throw new CallerGone(false);
            }
        };

        TurnFault fault = catchThrowableOfType(TurnFault.class, () -> gateway.flow.run(request(), leavesAtTheEnd));

        assertThat(fault.reason()).isEqualTo(Reason.CALLER_CANCELLED);
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);
        gateway.settlements.close();
        assertThat(gateway.billing.settled()).isEmpty();
    }

    @Test
    void aPieceThatItsReaderWouldNotSeeBindsNobody() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.begin();
            stage.reasoning("hm");
            throw Fault.of(Code.ABORTED, "fake", "STREAM_INTERRUPTED", "the provider vanished")
                    .toException();
        });
        StringBuilder told = new StringBuilder();

        gateway.flow.run(request(), new TurnSink() {
            @Override
            public void accept(long sequence, int attempt, TurnEvent event) {
                if (event instanceof TurnEvent.Piece(Delta piece)) {
                    told.append(piece.getText());
                }
            }

            @Override
            public boolean shows(Delta piece) {
                return piece.hasText();
            }
        });

        assertThat(told).hasToString("hello from claude-sonnet-4.5");
        assertThat(gateway.billing.nextSettled().getModel()).isEqualTo("claude-sonnet-4.5");
    }

    @Test
    void aWholeAnswerThatTimeCutsIsNotChargedBecauseNothingWasDelivered() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", hangAfter("one ", "two "));

        Fault fault = Fault.of(catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.stub()
                        .withDeadlineAfter(1500, TimeUnit.MILLISECONDS)
                        .createCompletion(CreateCompletionRequest.newBuilder()
                                .setCompletion(prompt())
                                .build())));

        assertThat(fault.reason()).isEqualTo("HOP_DEADLINE_EXCEEDED");
        SettleUsageRequest settled = gateway.billing.nextSettled();
        assertThat(settled.getEnd()).isEqualTo(TurnEnd.TURN_END_DEADLINE);
        assertThat(settled.hasUsage()).isFalse();
        assertThat(settled.getHoldId()).isNotEmpty();
        assertThat(settled.getModel()).isEqualTo("deepseek-v3.2");
    }

    /** A proxy tells the end of a call whose time is up as a loss, and may do so before the caller's own clock. */
    @Test
    void aBackendThatIsResetWhenItsTimeIsUpIsNotLost() {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.begin();
            stage.piece("one ");
            Deadline end = Objects.requireNonNull(Context.current().getDeadline());
            Thread.sleep(Math.max(0, end.timeRemaining(TimeUnit.MILLISECONDS) - 5));
            throw Status.INTERNAL
                    .withDescription("RST_STREAM closed stream. HTTP/2 error code: INTERNAL_ERROR")
                    .asRuntimeException();
        });

        TurnFault fault = runWithin(Duration.ofMillis(1500), (sequence, attempt, event) -> {});

        assertThat(fault.reason()).isEqualTo(Reason.HOP_DEADLINE_EXCEEDED);
    }

    @Test
    void aReaderThatIsSlowUntilItsTimeIsUpHadTooLittleTime() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", FakeBackend.answer("one ", "two "));

        TurnFault fault = runWithin(Duration.ofSeconds(1), (sequence, attempt, event) -> {
            if (event instanceof TurnEvent.Piece) {
                awaitEnd(Context.current());
                throw new CallerGone(false);
            }
        });

        assertThat(fault.reason()).isEqualTo(Reason.HOP_DEADLINE_EXCEEDED);
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_DEADLINE);
    }

    @Test
    @Timeout(60)
    void aHoldThatIsNotFreedKeepsNobodyBeyondItsTime() throws Exception {
        GatewayFixture.Limited limits = new GatewayFixture.Limited();
        limits.reserveSlice = Duration.ofMinutes(10);
        gateway.close();
        gateway = GatewayFixture.with(limits.limits(), new OpenCallers());
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "500", Map.of()));
        var gate = gateway.billing.holdReleasing();

        try {
            TurnFault late = runWithin(Duration.ofSeconds(1), (sequence, attempt, event) -> {});
            assertThat(late.reason()).isEqualTo(Reason.HOP_DEADLINE_EXCEEDED);

            Context.CancellableContext call = Context.current().withCancellation();
            gateway.cloud.script("deepseek-v3.2", stage -> {
                call.cancel(null);
                refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "500", Map.of()).play(stage);
            });
            TurnFault gone = catchThrowableOfType(
                    TurnFault.class,
                    () -> call.run(() -> gateway.flow.run(request(), (sequence, attempt, event) -> {})));
            assertThat(gone.reason()).isEqualTo(Reason.CALLER_CANCELLED);
        } finally {
            gate.countDown();
        }
    }

    @Test
    @Timeout(60)
    void settlingNeverOutlastsTheCallersDeadline() {
        GatewayFixture.Limited patient = new GatewayFixture.Limited();
        patient.settleWait = Duration.ofMinutes(10);
        gateway.close();
        gateway = GatewayFixture.with(patient.limits(), new OpenCallers());
        gateway.local.script("millrace-starter", hangAfter("one "));
        var gate = gateway.billing.holdSettling();

        try {
            TurnFault fault = runWithin(Duration.ofSeconds(1), (sequence, attempt, event) -> {});

            assertThat(fault.reason()).isEqualTo(Reason.HOP_DEADLINE_EXCEEDED);
        } finally {
            gate.countDown();
        }
    }

    private static TurnSink leavesAtPiece(int place) {
        return new TurnSink() {
            private int pieces;

            @Override
            public void accept(long sequence, int attempt, TurnEvent event) throws CallerGone {
                if (event instanceof TurnEvent.Piece && ++pieces == place) {
                    throw new CallerGone(false);
                }
            }
        };
    }

    private TurnFault runWithin(Duration time, TurnSink sink) {
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            Context.CancellableContext call =
                    Context.current().withDeadline(Deadline.after(time.toMillis(), TimeUnit.MILLISECONDS), timer);
            TurnFault fault =
                    catchThrowableOfType(TurnFault.class, () -> call.run(() -> gateway.flow.run(request(), sink)));
            call.cancel(null);
            return fault;
        }
    }

    private static void awaitEnd(Context call) {
        CountDownLatch ended = new CountDownLatch(1);
        call.addListener(cancelled -> ended.countDown(), Runnable::run);
        try {
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static TurnRequest request() {
        return TurnRequests.of(prompt().getMessagesList()).build();
    }
}

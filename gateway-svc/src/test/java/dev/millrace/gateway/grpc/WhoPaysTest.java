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
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import static dev.millrace.gateway.fakes.GatewayFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is held and charged where a turn does not end as it should. */
final class WhoPaysTest {

    private static final double HARD = 0.8;

    private GatewayFixture gateway = GatewayFixture.inProcess();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aCutAtTheModelsOwnLimitIsNotTheBudgets() {
        FakeBackend.Script cut = stage -> {
            stage.begin();
            stage.piece("one ");
            stage.endCut(LengthCause.LENGTH_CAUSE_BUDGET);
        };
        gateway.cloud.script("deepseek-v3.2", cut);
        StreamCompletionRequest request = prompt("deepseek-v3.2")
                .setSampling(SamplingParameters.newBuilder().setMaxOutputTokens(Integer.MAX_VALUE))
                .build();

        assertThat(lengthCause(request)).isEqualTo(LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS);
        gateway.billing.grant(100);
        assertThat(lengthCause(request)).isEqualTo(LengthCause.LENGTH_CAUSE_BUDGET);
    }

    private LengthCause lengthCause(StreamCompletionRequest request) {
        return gateway.ask(request).getLast().getCompleted().getChoiceEnds(0).getLengthCause();
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
        SettleUsageRequest settled = settled();
        assertThat(settled.getEnd()).isEqualTo(TurnEnd.TURN_END_DEADLINE);
        assertThat(settled.hasUsage()).isFalse();
        assertThat(settled.getHoldId()).isNotEmpty();
        assertThat(settled.getModel()).isEqualTo("deepseek-v3.2");
    }

    @Test
    void aStreamThatTheReaderStopsTakingIsChargedForWhatItTook() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", FakeBackend.answer("one ", "two ", "three "));

        TurnFault fault = catchThrowableOfType(TurnFault.class, () -> gateway.flow.run(request(), leavesAtPiece(2)));

        assertThat(fault.reason()).isEqualTo(Reason.CALLER_CANCELLED);
        assertThat(settled().getUsage().getOutputTokens()).isEqualTo(1);
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
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);
        gateway.settlements.close();
        assertThat(gateway.billing.settled()).isEmpty();
    }

    @Test
    void aHoldWhoseAnswerWasLostDoesNotBlockTheNextCandidate() {
        gateway.classifier.score(HARD);
        gateway.billing.loseNextAnswer();

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from claude-sonnet-4.5");
        assertThat(gateway.billing.reserved())
                .extracting(ReserveBudgetRequest::getAttemptId)
                .doesNotHaveDuplicates()
                .hasSize(2);
        assertThat(gateway.cloud.seen().getFirst().request().getAttemptId())
                .isEqualTo(gateway.billing.reserved().get(1).getAttemptId());
    }

    @Test
    void theMoneyOfAFailedAttemptIsThereForTheNext() {
        gateway.classifier.score(HARD);
        gateway.billing.tightenBudget();
        gateway.cloud.script("deepseek-v3.2", refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "500", Map.of()));

        assertThat(text(gateway.ask(prompt()))).isEqualTo("hello from claude-sonnet-4.5");
    }

    @Test
    void whatBoundsUpstreamCallsDoesNotStopALocalAnswer() {
        gateway.classifier.score(HARD);
        FakeBackend.Script triedOften = refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "500", Map.of("tries", "3"));
        gateway.cloud.script("deepseek-v3.2", triedOften);
        gateway.cloud.script("claude-sonnet-4.5", triedOften);

        assertThat(text(gateway.ask(prompt()))).isEqualTo("hello from millrace-starter");
    }

    @Test
    void aLedgerThatCannotBeUsedIsSaidSoWithItsCause() {
        gateway.billing.fillDisk();

        Fault fault = Fault.of(catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.ask(prompt("deepseek-v3.2").build())));

        assertThat(fault.reason()).isEqualTo("BILLING_UNAVAILABLE");
        assertThat(fault.message()).contains("cannot use its ledger /var/billing.db: the disk is full", "Mend that");
        assertThat(fault.metadata()).containsEntry("cause", "the disk is full");
    }

    @Test
    void billingAwayIsSaidSoWithWhatGoesOn() {
        gateway.billing.leave();

        Fault fault = Fault.of(catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.ask(prompt("deepseek-v3.2").build())));

        assertThat(fault.message()).contains("billing does not answer", "See whether billing is up");
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
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_DEADLINE);
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
        assertThat(settled().getModel()).isEqualTo("claude-sonnet-4.5");
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

    @Test
    void anEndThatSaysNothingOfItsChoicesIsNone() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.begin();
            stage.endSilently();
        });
        assertThat(text(gateway.ask(prompt()))).isEqualTo("hello from claude-sonnet-4.5");
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);

        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.begin();
            stage.piece("one ");
            stage.endSilently();
        });
        Fault fault = Fault.of(catchThrowableOfType(StatusRuntimeException.class, () -> gateway.ask(prompt())));
        assertThat(fault.reason()).isEqualTo("STREAM_INTERRUPTED");
        assertThat(fault.message()).contains("without saying how");
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_INTERRUPTED);
    }

    @Test
    void whatTheBackendDidNotCountIsCountedHere() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.begin();
            stage.piece("one ");
            stage.piece("two ");
            stage.endUncounted();
        });

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(events.getLast().getCompleted().getUsage().getOutputTokens()).isEqualTo(2);
        assertThat(settled().getUsage().getOutputTokens()).isEqualTo(2);
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

    private static TurnRequest request() {
        return TurnRequests.of(prompt().getMessagesList()).build();
    }

    private SettleUsageRequest settled() throws InterruptedException {
        SettleUsageRequest settled = gateway.billing.settled().poll(20, TimeUnit.SECONDS);
        assertThat(settled).isNotNull();
        return settled;
    }
}

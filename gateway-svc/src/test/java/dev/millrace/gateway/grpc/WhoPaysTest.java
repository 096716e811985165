package dev.millrace.gateway.grpc;

import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.millrace.gateway.fakes.FakeBackend.refuse;
import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static dev.millrace.gateway.fakes.GatewayFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is held and charged where an attempt fails, or its ledger does, or its end says too little. */
final class WhoPaysTest {

    private static final double HARD = 0.8;

    private final GatewayFixture gateway = GatewayFixture.inProcess();

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

        assertThat(fault.message()).contains("billing does not answer", "See whether billing is up: `millrace status`");
    }

    @Test
    void aCertificateOfBillingsIsNamedInPlaceOfBilling() {
        gateway.billing.leave(
                Status.UNAVAILABLE.withDescription("TLS_error:|CERTIFICATE_VERIFY_FAILED:_certificate_has_expired"));

        Fault fault = Fault.of(catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.ask(prompt("deepseek-v3.2").build())));

        assertThat(fault.message())
                .contains("billing shows a certificate that has expired", "`millrace ps` names the sidecar")
                .doesNotContain("does not answer", "is up");
    }

    @Test
    void anEndThatSaysNothingOfItsChoicesIsNone() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.begin();
            stage.endSilently();
        });
        assertThat(text(gateway.ask(prompt()))).isEqualTo("hello from claude-sonnet-4.5");
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);

        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.begin();
            stage.piece("one ");
            stage.endSilently();
        });
        Fault fault = Fault.of(catchThrowableOfType(StatusRuntimeException.class, () -> gateway.ask(prompt())));
        assertThat(fault.reason()).isEqualTo("STREAM_INTERRUPTED");
        assertThat(fault.message()).contains("without saying how");
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_INTERRUPTED);
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
        assertThat(gateway.billing.nextSettled().getUsage().getOutputTokens()).isEqualTo(2);
    }
}

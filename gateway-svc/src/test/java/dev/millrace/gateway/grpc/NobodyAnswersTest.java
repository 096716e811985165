package dev.millrace.gateway.grpc;

import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.gateway.v1.Candidate;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.TurnFailure;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.millrace.gateway.fakes.FakeBackend.refuse;
import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What the error says where nobody answers: every backend, why, and what to do next. */
final class NobodyAnswersTest {

    private static final double HARD = 0.8;
    private static final FakeBackend.Script OUT_OF_MEMORY =
            refuse(Code.ABORTED, "ENGINE_FAILED", "out of memory", Map.of());
    private static final FakeBackend.Script QUEUE_FULL =
            refuse(Code.RESOURCE_EXHAUSTED, "LOCAL_CAPACITY_EXHAUSTED", "queue full (32 waiting)", Map.of());

    private final GatewayFixture gateway = GatewayFixture.inProcess();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aProviderThatWantsMoneyIsNotBusy() {
        gateway.cloud.script(
                "deepseek-v3.2",
                quota(
                        "acme (api.acme.example) asks for payment (402): Insufficient Balance.",
                        Map.of("status", "402")));

        Fault fault = failure(prompt("deepseek-v3.2").build());

        assertThat(fault.reason()).isEqualTo("NO_BACKEND_ANSWERED");
        assertThat(fault.retryDelay()).isEmpty();
        assertThat(fault.message())
                .isEqualTo(
                        "no backend could answer: cloud deepseek-v3.2: acme (api.acme.example) asks for payment (402):"
                                + " Insufficient Balance. Top up or change the provider");
        assertThat(fault.metadata().get("next")).startsWith("top up or change the provider");
        assertThat(fault.detail(TurnFailure.class).orElseThrow().getAttempts(0).getDetail())
                .endsWith("Top up or change the provider");
    }

    @Test
    void aNodeThatIsNotReachedMayBeStartingAgain() {
        gateway.local.script("millrace-starter", stage -> {
            throw Status.UNAVAILABLE.withDescription("no healthy upstream").asRuntimeException();
        });

        Fault fault = failure(prompt("millrace-starter").build());

        assertThat(fault.message())
                .isEqualTo(
                        "no backend could answer: local millrace-starter: local-inference does not answer. See whether it is"
                                + " up: `millrace status`. One that is being started again needs some seconds");
    }

    @Test
    void aNodeBehindABadCertificateIsNotSaidToBeDown() {
        gateway.local.script("millrace-starter", stage -> {
            throw Status.UNAVAILABLE
                    .withDescription("TLS_error:|CERTIFICATE_VERIFY_FAILED:_certificate_has_expired")
                    .asRuntimeException();
        });

        Fault fault = failure(prompt("millrace-starter").build());

        assertThat(fault.message())
                .startsWith(
                        "no backend could answer: local millrace-starter: local-inference shows a certificate that has"
                                + " expired. `millrace ps` names")
                .doesNotContain("is up");
    }

    @Test
    void aSpentQuotaWithoutATimeIsNotBusyAndARefusedRateIs() {
        gateway.cloud.script("deepseek-v3.2", quota("429: insufficient_quota", Map.of("status", "429", "tries", "1")));
        assertThat(failure(prompt("deepseek-v3.2").build()).reason()).isEqualTo("NO_BACKEND_ANSWERED");

        gateway.cloud.script("deepseek-v3.2", quota("429: slow down", Map.of("status", "429", "tries", "2")));
        assertThat(failure(prompt("deepseek-v3.2").build()).reason()).isEqualTo("CAPACITY_EXHAUSTED");

        gateway.cloud.script("deepseek-v3.2", stage -> {
            throw Fault.of(Code.ABORTED, "fake", "PROVIDER_QUOTA_EXHAUSTED", "its quota is spent")
                    .retryAfter(Duration.ofSeconds(7))
                    .toException();
        });
        Fault fault = failure(prompt("deepseek-v3.2").build());
        assertThat(fault.reason()).isEqualTo("CAPACITY_EXHAUSTED");
        assertThat(fault.retryDelay()).contains(Duration.ofSeconds(7));
    }

    @Test
    void namesTheCandidatesThatItHadNoUpstreamCallsLeftFor() {
        gateway.classifier.score(HARD);
        gateway.cloud.script(
                "deepseek-v3.2", refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "500", Map.of("tries", "6")));
        gateway.local.script("millrace-starter", OUT_OF_MEMORY);

        Fault fault = failure(prompt());

        assertThat(fault.reason()).isEqualTo("NO_BACKEND_ANSWERED");
        assertThat(fault.message())
                .contains(
                        "local millrace-starter: out of memory",
                        "cloud claude-sonnet-4.5: not asked, because the turn has made its 6 upstream calls"
                                + " (gateway.limits.attempts-max)");
        assertThat(fault.detail(TurnFailure.class).orElseThrow().getPassedOverList())
                .extracting(Candidate::getModel)
                .containsExactly("claude-sonnet-4.5");
        assertThat(gateway.billing.reserved()).hasSize(1);
    }

    @Test
    void aFullQueueDoesNotHideThatTheBudgetIsSpent() {
        gateway.billing.spendBudget();
        gateway.local.script("millrace-starter", QUEUE_FULL);

        Fault fault = failure(prompt());

        assertThat(fault.reason()).isEqualTo("CAPACITY_EXHAUSTED");
        assertThat(fault.message())
                .isEqualTo("every model that can be used is busy: local millrace-starter: queue full (32 waiting)."
                        + " Left out: cloud deepseek-v3.2: the budget of 1.00 USD is spent until midnight UTC."
                        + " Try again in 1 s");
    }

    @Test
    void aPromptThatIsTooLongHereDoesNotHideThatTheBudgetIsSpent() {
        gateway.billing.spendBudget();
        gateway.local.window("millrace-starter", 4096);
        gateway.refresh();
        gateway.local.script(
                "millrace-starter", refuse(Code.INVALID_ARGUMENT, "CONTEXT_TOO_LONG", "its window is 4096", Map.of()));

        Fault fault = failure(prompt());

        assertThat(fault.reason()).isEqualTo("CONTEXT_TOO_LONG");
        assertThat(fault.message())
                .contains(
                        "local millrace-starter: its window is 4096",
                        "Left out: cloud deepseek-v3.2: the budget of 1.00 USD is spent");
    }

    @Test
    void aSpentBudgetDoesNotHideTheEngineThatIsDown() {
        gateway.billing.spendBudget();
        gateway.local.stop("millrace-starter", "no slot: its memory is gone");
        gateway.refresh();

        Fault fault = failure(prompt());

        assertThat(fault.reason()).isEqualTo("BUDGET_EXHAUSTED");
        assertThat(fault.message())
                .isEqualTo(
                        "the budget of 1.00 USD is spent until midnight UTC. Left out: local millrace-starter: no slot:"
                                + " its memory is gone");
    }

    @Test
    void noLimitInACallersWordsIsNoFaultOfBillings() {
        StreamCompletionRequest unlimited = prompt("deepseek-v3.2")
                .setSampling(SamplingParameters.newBuilder().setMaxOutputTokens(Integer.MAX_VALUE))
                .build();

        assertThat(GatewayFixture.text(gateway.ask(unlimited))).isEqualTo("hello from deepseek-v3.2");
        assertThat(gateway.billing.reserved().getFirst().getWantedOutputTokens())
                .isEqualTo(8192);
        assertThat(gateway.cloud.seen().getFirst().request().getOutputTokenLimit())
                .isEqualTo(8192);
    }

    @Test
    void whatBillingFindsInvalidIsNotBillingAway() {
        gateway.billing.refuse(Fault.of(
                Code.INVALID_ARGUMENT, "billing", "FIELD_INVALID", "model: 300 (expected: <= 255 characters)"));

        Fault fault = failure(prompt("deepseek-v3.2").build());

        assertThat(fault.reason()).isEqualTo("FIELD_INVALID");
        assertThat(fault.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(fault.message())
                .isEqualTo("billing cannot hold money for this request: model: 300 (expected: <= 255 characters)");
    }

    private static FakeBackend.Script quota(String message, Map<String, String> metadata) {
        return refuse(Code.ABORTED, "PROVIDER_QUOTA_EXHAUSTED", message, metadata);
    }

    private Fault failure(StreamCompletionRequest request) {
        return Fault.of(catchThrowableOfType(StatusRuntimeException.class, () -> gateway.ask(request)));
    }
}

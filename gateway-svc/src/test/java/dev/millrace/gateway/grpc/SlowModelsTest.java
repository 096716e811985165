package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Target;
import dev.millrace.gateway.auth.OpenCallers;
import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.billing.v1.ReserveBudgetRequest;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.gateway.v1.AttemptSummary;
import dev.millrace.schema.gateway.v1.RoutingPreference;
import dev.millrace.schema.gateway.v1.RoutingPreference.Placement;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import dev.millrace.schema.gateway.v1.TurnFailure;
import dev.millrace.schema.inference.v1.ModelState;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.millrace.gateway.fakes.FakeBackend.hangAfter;
import static dev.millrace.gateway.fakes.FakeBackend.refuse;
import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static dev.millrace.gateway.fakes.GatewayFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** What becomes of a turn whose first token is late, and of the next turns. */
final class SlowModelsTest {

    private static final double HARD = 0.8;
    /** Long enough for those who do answer, on a busy machine too. */
    private static final Duration SHORT = Duration.ofMillis(200);

    private static final FakeBackend.Script FAILS = refuse(Code.ABORTED, "PROVIDER_UNAVAILABLE", "500", Map.of());

    /** Answers, later than it is waited for where somebody else can. */
    private static final FakeBackend.Script LATE = stage -> {
        Thread.sleep(SHORT.multipliedBy(2));
        FakeBackend.answer("late").play(stage);
    };

    private GatewayFixture gateway = withFirstTokenMax(SHORT);

    private static GatewayFixture withFirstTokenMax(Duration longest) {
        GatewayFixture.Limited limits = new GatewayFixture.Limited();
        limits.firstTokenMax = longest;
        return GatewayFixture.with(limits.limits(), new OpenCallers());
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aCloudThatWasSilentIsNotAskedTwice() {
        gateway.cloud.script("gpt-4.1", hangAfter(), FakeBackend.answer("late"));
        gateway.cloud.script("claude-sonnet-4.5", FAILS);

        Fault fault = failure("gpt-4.1");

        assertThat(fault.reason()).isEqualTo("NO_BACKEND_ANSWERED");
        assertThat(gateway.cloud.seen())
                .extracting(seen -> seen.request().getModel())
                .containsExactly("gpt-4.1", "claude-sonnet-4.5");
    }

    @Test
    void aSlowLocalModelIsNotAskedTwice() {
        gateway.local.script("millrace-starter", hangAfter());
        gateway.cloud.script("deepseek-v3.2", FAILS);

        Fault fault = failure("auto");

        assertThat(fault.detail(TurnFailure.class).orElseThrow().getAttemptsList())
                .extracting(AttemptSummary::getOutcome)
                .containsExactly("FIRST_TOKEN_TOO_LATE", "PROVIDER_UNAVAILABLE");
        assertThat(gateway.local.seen()).hasSize(1);
    }

    @Test
    void aSlowLocalModelIsGivenUpForTheNextOneThatIsPaidOnce() throws Exception {
        gateway.local.script("millrace-starter", hangAfter());

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from deepseek-v3.2");
        assertThat(gateway.local.cancelled().await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.billing.reserved()).hasSize(1);
        SettleUsageRequest settled = gateway.billing.nextSettled();
        assertThat(settled.getAttemptId())
                .isEqualTo(gateway.billing.reserved().getFirst().getAttemptId());
    }

    @Test
    void aSlowLocalModelIsWaitedForWhereNobodyElseCanBePaid() throws Exception {
        gateway.billing.spendBudget();
        gateway.local.script("millrace-starter", stage -> {
            await().until(() -> !gateway.billing.reserved().isEmpty());
            FakeBackend.answer("late").play(stage);
        });

        assertThat(text(gateway.ask(prompt()))).isEqualTo("late");

        assertThat(gateway.local.seen())
                .extracting(seen -> seen.request().hasFirstTokenLimit())
                .containsExactly(false);
        assertThat(gateway.billing.nextSettled().getAttemptId()).endsWith("/1");
    }

    @Test
    void aSlowLocalModelIsNotGivenUpForOneThatRestsAfterFailures() {
        gateway.cloud.state("deepseek-v3.2", ModelState.MODEL_STATE_RESTING);
        gateway.refresh();
        gateway.local.script("millrace-starter", LATE);

        assertThat(text(gateway.ask(prompt()))).isEqualTo("late");

        assertThat(gateway.billing.reserved()).isEmpty();
        assertThat(gateway.cloud.seen()).isEmpty();
    }

    @Test
    void norWhereOneThatRestsIsLeftBehindOneThatCannotBePaid() {
        gateway.classifier.score(HARD);
        gateway.billing.spendBudget();
        gateway.cloud.state("claude-sonnet-4.5", ModelState.MODEL_STATE_RESTING);
        gateway.refresh();
        gateway.local.script("millrace-starter", LATE);

        assertThat(text(gateway.ask(localFirst()))).isEqualTo("late");

        assertThat(gateway.billing.reserved())
                .extracting(ReserveBudgetRequest::getModel)
                .containsExactly("deepseek-v3.2");
    }

    @Test
    void norWhereItIsTheLastCallThatTheTurnMayMake() {
        gateway.close();
        GatewayFixture.Limited limits = new GatewayFixture.Limited();
        limits.firstTokenMax = SHORT;
        limits.attemptsMax = 1;
        gateway = GatewayFixture.with(limits.limits(), new OpenCallers());
        gateway.local.script("millrace-starter", LATE);

        assertThat(text(gateway.ask(prompt()))).isEqualTo("late");

        assertThat(gateway.billing.reserved()).isEmpty();
    }

    @Test
    void whatASlowModelHoldsIsFreeBeforeTheNextOneIsPaid() {
        gateway.prices.add("millrace-starter");
        gateway.refresh();
        gateway.billing.tightenBudget();
        gateway.local.script("millrace-starter", hangAfter());

        assertThat(text(gateway.ask(prompt()))).isEqualTo("hello from deepseek-v3.2");

        assertThat(gateway.billing.reserved())
                .extracting(ReserveBudgetRequest::getModel)
                .containsExactly("millrace-starter", "deepseek-v3.2");
    }

    @Test
    void aBackendIsToldHowLongItsFirstTokenIsWaitedFor() {
        gateway.close();
        gateway = withFirstTokenMax(Duration.ofSeconds(10));
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", FAILS);

        gateway.ask(prompt());

        var request = gateway.cloud.seen().getFirst().request();
        assertThat(request.getFirstTokenLimit().getSeconds()).isEqualTo(1);
        assertThat(request.getFirstTokenLimit().getNanos()).isEqualTo(900_000_000);
        assertThat(request.getFirstTokenLimitLongest()).isFalse();
    }

    @Test
    void theLongestLimitIsSaidToBeIt() {
        gateway.classifier.score(HARD);

        gateway.ask(prompt());

        assertThat(gateway.cloud.seen().getFirst().request().getFirstTokenLimitLongest())
                .isTrue();
    }

    @Test
    void aBackendThatNoticesItsSilenceFirstIsTakenAtItsWord() {
        gateway.classifier.score(HARD);
        gateway.cloud.script(
                "deepseek-v3.2",
                refuse(Code.ABORTED, "FIRST_TOKEN_TOO_LATE", "acme: silent for 95 ms", Map.of("tries", "1")));

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from claude-sonnet-4.5");
        assertThat(events.getLast().getCompleted().getAttempts(0).getOutcome()).isEqualTo("FIRST_TOKEN_TOO_LATE");
    }

    @Test
    void whatWasWaitedForInVainIsRemembered() {
        gateway.local.script("millrace-starter", hangAfter());

        for (int call = 0; call < 20; call++) {
            gateway.ask(prompt());
        }

        assertThat(gateway.observations.firstTokenP95(Target.LOCAL, "millrace-starter"))
                .hasValueSatisfying(tail -> assertThat(tail).isGreaterThanOrEqualTo(SHORT));
    }

    @Test
    void theCallsThatASilentBackendHasMadeAreBooked() {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.waiting(retrying(2));
            stage.waiting(retrying(3));
            stage.waiting(Progress.newBuilder()
                    .setThinking(Progress.Thinking.getDefaultInstance())
                    .build());
            stage.hang();
        });

        assertThat(text(gateway.ask(prompt()))).isEqualTo("hello from claude-sonnet-4.5");

        assertThat(gateway.cloud.seen())
                .extracting(seen -> seen.headers().get(MetadataKeys.ATTEMPTS_LEFT))
                .containsExactly("6", "3");
    }

    private static StreamCompletionRequest localFirst() {
        return prompt("auto")
                .setPreference(RoutingPreference.newBuilder().setPlacement(Placement.PLACEMENT_PREFER_LOCAL))
                .build();
    }

    private static Progress retrying(int attempt) {
        return Progress.newBuilder()
                .setRetrying(Progress.Retrying.newBuilder().setAttempt(attempt).setCause("PROVIDER_UNAVAILABLE"))
                .build();
    }

    private Fault failure(String model) {
        return Fault.of(catchThrowableOfType(
                StatusRuntimeException.class, () -> gateway.ask(prompt(model).build())));
    }
}

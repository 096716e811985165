package dev.millrace.gateway.grpc;

import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.gateway.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.gateway.v1.RoutingPreference;
import dev.millrace.schema.gateway.v1.TurnFailure;
import dev.millrace.schema.inference.v1.ModelState;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** How a turn of embedding ends that is not simply answered. */
final class EmbeddingEndsTest {

    private final GatewayFixture gateway = GatewayFixture.inProcess();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aTurnThatNobodyAnswersIsSettledAndChargesNobody() throws Exception {
        gateway.local.whileEmbedding(() -> {
            throw failed();
        });

        Fault fault = failure(request("local", "hello"));

        assertThat(fault.reason()).isEqualTo("NO_BACKEND_ANSWERED");
        assertThat(fault.message()).contains("local millrace-starter: out of memory");
        assertThat(fault.detail(TurnFailure.class).orElseThrow().getAttempts(0).getOutcome())
                .isEqualTo("ENGINE_FAILED");
        SettleUsageRequest settled = gateway.billing.nextSettled();
        assertThat(settled.getEnd()).isEqualTo(TurnEnd.TURN_END_UPSTREAM_FAILED);
        assertThat(settled.hasUsage()).isFalse();
    }

    @Test
    void aRefusalIsSettledToo() throws Exception {
        gateway.classifier.findCards();

        assertThat(failure(request("cloud", "hello")).reason()).isEqualTo("LOCAL_ROUTE_REQUIRED");

        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_REJECTED);
    }

    @Test
    void theClassifierIsToldThatNothingHangsOnTheScore() {
        gateway.stub().createEmbeddings(request("cloud", "hello"));

        ClassifyPromptRequest asked = Objects.requireNonNull(gateway.classifier.asked());
        assertThat(asked.hasActsOn()).isTrue();
        assertThat(asked.getActsOn().getCutoffsList()).isEmpty();
    }

    @Test
    void aCallerThatLeavesIsNoFailureOfTheBackend() throws Exception {
        Context.CancellableContext call = Context.current().withCancellation();
        gateway.local.whileEmbedding(() -> {
            Context embedding = Context.current();
            call.cancel(null);
            await().until(embedding::isCancelled);
            throw failed();
        });

        call.run(() -> assertThat(failure(request("auto", "hello")).code()).isEqualTo(Code.CANCELLED));

        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_CLIENT_CANCELLED);
        assertThat(gateway.billing.reserved()).isEmpty();
    }

    /** A proxy tells the end of a call whose time is up as a loss, and may do so before the caller's own clock. */
    @Test
    void aBackendThatIsResetWhenItsTimeIsUpIsNotLost() throws Exception {
        gateway.local.whileEmbedding(() -> {
            Deadline end = Objects.requireNonNull(Context.current().getDeadline());
            LockSupport.parkNanos(end.timeRemaining(TimeUnit.NANOSECONDS) - TimeUnit.MILLISECONDS.toNanos(5));
            throw Status.INTERNAL
                    .withDescription("RST_STREAM closed stream. HTTP/2 error code: INTERNAL_ERROR")
                    .asRuntimeException();
        });

        StatusRuntimeException late = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.stub()
                        .withDeadlineAfter(1500, TimeUnit.MILLISECONDS)
                        .createEmbeddings(request("local", "hello")));

        assertThat(Fault.of(late).reason()).isEqualTo("HOP_DEADLINE_EXCEEDED");
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_DEADLINE);
    }

    @Test
    void holdsByBytesInEveryScript() {
        gateway.stub().createEmbeddings(request("cloud", "水".repeat(300)));

        assertThat(gateway.billing.reserved().getFirst().getInputTokens()).isGreaterThanOrEqualTo(300);
    }

    @Test
    void aModelThatCannotBePaidLeavesTheNextItsTurn() throws Exception {
        gateway.billing.loseNextAnswer();

        assertThat(gateway.stub()
                        .createEmbeddings(request("cloud", "hello"))
                        .getRoute()
                        .getModel())
                .isEqualTo("gemini-2.5-flash");
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);
    }

    @Test
    void asksNobodyWhoCostsMoreThanTheCallMay() throws Exception {
        Fault fault = failure(limited("cloud", 4_999));

        assertThat(fault.reason()).isEqualTo("COST_LIMIT_EXCEEDED");
        assertThat(fault.code()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(fault.message())
                .startsWith("every model would cost more than the limit: cloud deepseek-v3.2: would cost up to 5000"
                        + " nano-USD, the limit is 4999; cloud gemini-2.5-flash: ");
        assertThat(gateway.billing.reserved()).isEmpty();
        assertThat(gateway.billing.nextSettled().getEnd()).isEqualTo(TurnEnd.TURN_END_REJECTED);
        assertThat(gateway.stub()
                        .createEmbeddings(limited("cloud", 5_000))
                        .getRoute()
                        .getModel())
                .isEqualTo("deepseek-v3.2");
    }

    @Test
    void aCostLimitLeavesTheFreeModel() {
        assertThat(gateway.stub()
                        .createEmbeddings(limited("auto", 0))
                        .getRoute()
                        .getModel())
                .isEqualTo("millrace-starter");
    }

    @Test
    void aPriceThatRoseSinceItWasListedIsNotPaidEither() {
        gateway.billing.hold(5_001);

        assertThat(failure(limited("deepseek-v3.2", 5_000)).reason()).isEqualTo("COST_LIMIT_EXCEEDED");
        await().until(() -> gateway.billing.released().size() == 1);
    }

    @Test
    void aCostLimitBelowNothingIsRefused() {
        assertThat(failure(limited("auto", -1)).metadata()).containsEntry("field", "preference.max_cost_nano_usd");
    }

    @Test
    void anUnknownModelIsRefusedWithTheNearestNamesAndThoseThatEmbed() {
        Fault near = failure(request("gpt-4.2", "hello"));
        Fault far = failure(request("zzzzzzzzzz", "hello"));

        assertThat(near.reason()).isEqualTo("MODEL_UNKNOWN");
        assertThat(near.metadata()).containsEntry("nearest", "gpt-4.1");
        assertThat(near.message())
                .isEqualTo("model \"gpt-4.2\" is unknown. Did you mean gpt-4.1? Models that make embeddings:"
                        + " millrace-starter, deepseek-v3.2, gemini-2.5-flash, claude-sonnet-4.5, gpt-4.1; \"auto\" chooses"
                        + " by itself");
        assertThat(far.message()).startsWith("model \"zzzzzzzzzz\" is unknown. Models that make embeddings: ");
        assertThat(failure(request("smarrt", "hello")).metadata()).containsEntry("nearest", "smart");
    }

    @Test
    void namesTheModelsThatItCouldNotAskBesideTheOneThatFailed() {
        gateway.classifier.findCards();
        gateway.local.whileEmbedding(() -> {
            throw failed();
        });
        gateway.local.offer("minilm", ModelState.MODEL_STATE_UNAVAILABLE, "its file is missing");
        gateway.refresh();

        Fault fault = failure(request("auto", "hello"));

        assertThat(fault.reason()).isEqualTo("NO_BACKEND_ANSWERED");
        assertThat(fault.message())
                .contains("local millrace-starter: out of memory", "local minilm: its file is missing")
                .contains("cloud deepseek-v3.2: the texts are sensitive");
    }

    private static CreateEmbeddingsRequest limited(String model, long maxCostNanoUsd) {
        return request(model, "hello").toBuilder()
                .setPreference(RoutingPreference.newBuilder().setMaxCostNanoUsd(maxCostNanoUsd))
                .build();
    }

    private static StatusRuntimeException failed() {
        return Fault.of(Code.ABORTED, "fake", "ENGINE_FAILED", "out of memory").toException();
    }

    private static CreateEmbeddingsRequest request(String model, String input) {
        return CreateEmbeddingsRequest.newBuilder()
                .setModel(model)
                .addInputs(input)
                .build();
    }

    private Fault failure(CreateEmbeddingsRequest request) {
        return Fault.of(catchThrowableOfType(
                StatusRuntimeException.class, () -> gateway.stub().createEmbeddings(request)));
    }
}

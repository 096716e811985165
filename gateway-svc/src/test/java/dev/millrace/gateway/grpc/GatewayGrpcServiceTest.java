package dev.millrace.gateway.grpc;

import com.google.rpc.BadRequest;
import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.fakes.FakeBackend;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.rpc.Fault;
import dev.millrace.schema.billing.v1.SettleUsageRequest;
import dev.millrace.schema.billing.v1.TurnEnd;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import dev.millrace.schema.gateway.v1.CreateCompletionResponse;
import dev.millrace.schema.gateway.v1.RouteReason;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.gateway.v1.RoutingPreference;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse.EventCase;
import dev.millrace.schema.gateway.v1.TurnFailure;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.millrace.gateway.fakes.FakeBackend.answer;
import static dev.millrace.gateway.fakes.FakeBackend.cutAfter;
import static dev.millrace.gateway.fakes.FakeBackend.hangAfter;
import static dev.millrace.gateway.fakes.FakeBackend.refuse;
import static dev.millrace.gateway.fakes.GatewayFixture.prompt;
import static dev.millrace.gateway.fakes.GatewayFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

final class GatewayGrpcServiceTest {

    private static final double HARD = 0.8;

    private final GatewayFixture gateway = GatewayFixture.inProcess();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void answersATrivialPromptLocallyAndFree() throws Exception {
        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(events)
                .extracting(StreamCompletionResponse::getEventCase)
                .containsExactly(
                        EventCase.ROUTE_DECIDED,
                        EventCase.STARTED,
                        EventCase.DELTA,
                        EventCase.DELTA,
                        EventCase.COMPLETED);
        assertThat(text(events)).isEqualTo("hello from millrace-starter");
        assertThat(events.getFirst().getRouteDecided().getChosen().getTarget())
                .isEqualTo(RouteTarget.ROUTE_TARGET_LOCAL);
        assertThat(gateway.billing.reserved()).isEmpty();
        SettleUsageRequest settled = settled();
        assertThat(settled.getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);
        assertThat(settled.getRoute()).isEqualTo("local");
        assertThat(settled.getTier()).isEqualTo("trivial");
        assertThat(settled.getUsage().getOutputTokens()).isEqualTo(2);
        assertThat(settled.getDecisionJson())
                .contains("\"policy\":\"policy-1\"")
                .doesNotContain("opening hours");
        assertThat(events.getLast().getCompleted().getCost().getChargedNanoUsd())
                .isZero();
    }

    @Test
    void aRequestIdThatTheLedgerCouldNotKeepIsRefusedAtTheDoor() {
        for (String wrong : List.of("a\0b", "a\nb", "\u00fc", "x".repeat(256))) {
            StatusRuntimeException refused = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> gateway.ask(prompt("auto").setRequestId(wrong).build()));

            assertThat(Fault.of(refused).reason()).isEqualTo("FIELD_INVALID");
            assertThat(Fault.of(refused).metadata()).containsEntry("field", "request_id");
        }
        assertThat(catchThrowableOfType(
                                StatusRuntimeException.class,
                                () -> gateway.ask(
                                        prompt("auto").putLabels("team", "x\0").build()))
                        .getStatus()
                        .getCode())
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void aMessageForWhichThereIsNoRoomIsRefusedWithAdvice() {
        long whole = gateway.room.free();
        try (PromptRoom.Taken _ = gateway.room.take(whole - 10)) {
            StatusRuntimeException refused =
                    catchThrowableOfType(StatusRuntimeException.class, () -> gateway.ask(prompt()));

            assertThat(Fault.of(refused).reason()).isEqualTo("CAPACITY_EXHAUSTED");
            assertThat(Fault.of(refused).retryDelay()).hasValue(Duration.ofSeconds(1));
        }
        assertThat(text(gateway.ask(prompt()))).isEqualTo("hello from millrace-starter");
        await().until(() -> gateway.room.free() == whole);
    }

    @Test
    void holdsAndChargesAHardPromptInTheCloudWithClearance() throws Exception {
        gateway.classifier.score(HARD);

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from deepseek-v3.2");
        FakeBackend.Seen call = gateway.cloud.seen().getFirst();
        String decision = events.getFirst().getRouteDecided().getDecisionId();
        assertThat(call.clearance()).isEqualTo(decision);
        assertThat(call.request().getClearance().getMayLeave()).isTrue();
        assertThat(call.request().getClearance().getDecisionId()).isEqualTo(decision);
        assertThat(gateway.billing.reserved().getFirst().getAttemptId())
                .isEqualTo(events.getFirst().getRouteDecided().getTurnId() + "/1");
        assertThat(settled().getHoldId()).startsWith("hold-");
        assertThat(events.getLast().getCompleted().getCost().getChargedNanoUsd())
                .isEqualTo(14);
    }

    @Test
    void numbersEventsWithoutGapsAcrossAFailover() {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            stage.waiting(Progress.newBuilder()
                    .setThinking(Progress.Thinking.getDefaultInstance())
                    .build());
            throw Fault.of(Code.ABORTED, "fake", "PROVIDER_UNAVAILABLE", "the provider answered 500")
                    .toException();
        });

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(events)
                .extracting(StreamCompletionResponse::getSequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events)
                .extracting(StreamCompletionResponse::getEventCase)
                .containsExactly(
                        EventCase.ROUTE_DECIDED,
                        EventCase.PROGRESS,
                        EventCase.ATTEMPT_SWITCHED,
                        EventCase.STARTED,
                        EventCase.DELTA,
                        EventCase.DELTA,
                        EventCase.COMPLETED);
        assertThat(events.get(2).getAttemptSwitched().getCause()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(events.getLast().getAttempt()).isEqualTo(2);
        assertThat(events.getLast().getCompleted().getAttemptsList())
                .extracting("outcome")
                .containsExactly("PROVIDER_UNAVAILABLE", "completed");
        await().untilAsserted(() -> assertThat(gateway.billing.released()).hasSize(1));
    }

    @Test
    void saysNothingOfASwitchBeforeAnythingWasTold() {
        gateway.local.script(
                "millrace-starter", refuse(Code.UNAVAILABLE, "BACKEND_UNREACHABLE", "no engine", Map.of()));

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from deepseek-v3.2");
        assertThat(events).noneMatch(StreamCompletionResponse::hasAttemptSwitched);
        assertThat(events.getFirst().getRouteDecided().getChosen().getModel()).isEqualTo("deepseek-v3.2");
    }

    @Test
    void namesEachCandidateInThePlainTextOfRefusedKeys() throws Exception {
        String refused =
                "key refused by api.holysheep.ai (403). It may be limited to other addresses: check its allowed IPs";
        gateway.cloud.script("deepseek-v3.2", refuse(Code.ABORTED, "PROVIDER_KEY_REFUSED", refused, Map.of()));
        gateway.local.script("millrace-starter", refuse(Code.ABORTED, "ENGINE_FAILED", "out of memory", Map.of()));

        Fault fault = failure(prompt());

        assertThat(fault.reason()).isEqualTo("NO_BACKEND_ANSWERED");
        assertThat(fault.code()).isEqualTo(Code.ABORTED);
        assertThat(fault.message())
                .contains("cloud deepseek-v3.2: " + refused, "local millrace-starter: out of memory");
        TurnFailure details = fault.detail(TurnFailure.class).orElseThrow();
        assertThat(details.getAttemptsList())
                .extracting("outcome", "detail")
                .contains(tuple("PROVIDER_KEY_REFUSED", refused));
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_UPSTREAM_FAILED);
    }

    @Test
    void lastLocalCandidateQueuesAfterItMadeRoomForNothing() {
        gateway.billing.spendBudget();
        gateway.local.script(
                "millrace-starter",
                refuse(Code.RESOURCE_EXHAUSTED, "LOCAL_CAPACITY_EXHAUSTED", "every slot is taken", Map.of()),
                answer("waited"));

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("waited");
        assertThat(gateway.local.seen())
                .extracting(seen -> seen.request().getMayOverflow())
                .containsExactly(true, false);
    }

    @Test
    void saysThatEveryModelIsBusyAndWhenToComeBack() {
        FakeBackend.Script full = stage -> {
            throw Fault.of(Code.RESOURCE_EXHAUSTED, "fake", "LOCAL_CAPACITY_EXHAUSTED", "queue full (32 waiting)")
                    .retryAfter(Duration.ofSeconds(2))
                    .toException();
        };
        gateway.local.script("millrace-starter", full);

        Fault fault = failure(prompt("local").build());

        assertThat(fault.reason()).isEqualTo("CAPACITY_EXHAUSTED");
        assertThat(fault.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(fault.retryDelay()).contains(Duration.ofSeconds(2));
        assertThat(fault.retryForbidden()).isTrue();
        assertThat(fault.message()).contains("queue full (32 waiting)");
    }

    @Test
    void aSpentBudgetLeavesTheFreeLocalAnswer() {
        gateway.classifier.score(HARD);
        gateway.billing.spendBudget();

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from millrace-starter");
        assertThat(gateway.cloud.seen()).isEmpty();
        assertThat(events.getFirst().getRouteDecided().getChosen().getModel()).isEqualTo("millrace-starter");
        assertThat(events.getFirst().getRouteDecided().getCandidatesList())
                .filteredOn(candidate -> candidate.getRejected())
                .allMatch(candidate -> candidate.getReasons(0).getKind() == RouteReason.Kind.KIND_BUDGET);
    }

    @Test
    void aSpentBudgetWithoutFreeCandidateIsSaidSo() throws Exception {
        gateway.billing.spendBudget();

        Fault fault = failure(prompt("deepseek-v3.2").build());

        assertThat(fault.reason()).isEqualTo("BUDGET_EXHAUSTED");
        assertThat(fault.retryForbidden()).isTrue();
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_REJECTED);
    }

    @Test
    void billingAwayLeavesTheFreeLocalAnswerWhoseRowWaitsInTheOutbox() throws Exception {
        gateway.billing.leave();

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from millrace-starter");
        assertThat(events.getLast().getCompleted().hasCost()).isFalse();
        await().until(() -> gateway.settlements.waiting() == 1);
        gateway.billing.comeBack();
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);
        await().until(() -> gateway.settlements.waiting() == 0);
    }

    @Test
    void billingAwayWithoutFreeCandidateIsSaidSo() {
        gateway.billing.leave();

        assertThat(failure(prompt("deepseek-v3.2").build()).reason()).isEqualTo("BILLING_UNAVAILABLE");
    }

    @Test
    void theAnswerLeavesWithoutItsChargeWhenSettlingIsSlow() throws Exception {
        CountDownLatch gate = gateway.billing.holdSettling();

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(events.getLast().hasCompleted()).isTrue();
        assertThat(events.getLast().getCompleted().hasCost()).isFalse();
        gate.countDown();
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_COMPLETED);
    }

    @Test
    void withoutClassifierPromptsStayLocal() {
        gateway.classifier.leave();

        List<StreamCompletionResponse> events = gateway.ask(prompt());
        Fault fault = failure(prompt("cloud").build());

        assertThat(text(events)).isEqualTo("hello from millrace-starter");
        assertThat(fault.reason()).isEqualTo("PEER_UNAVAILABLE");
        assertThat(gateway.cloud.seen()).isEmpty();
    }

    @Test
    void sensitivePromptsNeverLeave() {
        gateway.classifier.score(HARD);
        gateway.classifier.findCards();

        List<StreamCompletionResponse> events = gateway.ask(prompt());
        Fault fault = failure(prompt("gpt-4.1").build());

        assertThat(text(events)).isEqualTo("hello from millrace-starter");
        assertThat(gateway.local.seen().getFirst().clearance()).isNull();
        assertThat(gateway.local.seen().getFirst().request().getClearance().getMayLeave())
                .isFalse();
        assertThat(fault.reason()).isEqualTo("LOCAL_ROUTE_REQUIRED");
        assertThat(gateway.cloud.seen()).isEmpty();
    }

    @Test
    void doesNotClassifyANamedModelThatStaysLocal() {
        StreamCompletionRequest request = prompt("millrace-starter")
                .setPreference(
                        RoutingPreference.newBuilder().setPlacement(RoutingPreference.Placement.PLACEMENT_LOCAL_ONLY))
                .build();

        assertThat(text(gateway.ask(request))).isEqualTo("hello from millrace-starter");
        assertThat(gateway.classifier.calls()).isZero();
    }

    @Test
    void cancelReachesTheBackendAndWhatWasDeliveredIsSettled() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", hangAfter("one ", "two "));
        Context.CancellableContext call = Context.current().withCancellation();

        call.run(() -> {
            Iterator<StreamCompletionResponse> events = gateway.stub().streamCompletion(prompt());
            int pieces = 0;
            while (pieces < 2) {
                pieces += events.next().hasDelta() ? 1 : 0;
            }
            call.cancel(null);
        });

        assertThat(gateway.cloud.cancelled().await(5, TimeUnit.SECONDS)).isTrue();
        SettleUsageRequest settled = settled();
        assertThat(settled.getEnd()).isEqualTo(TurnEnd.TURN_END_CLIENT_CANCELLED);
        assertThat(settled.getUsage().getOutputTokens()).isEqualTo(2);
        assertThat(settled.getHoldId()).isNotEmpty();
    }

    @Test
    void theDeadlineEndsTheTurnWithDetailsBeforeTheCallersTimer() throws Exception {
        gateway.local.script("millrace-starter", hangAfter("one "));

        // The two clocks are 30 ms apart; a machine that pauses for longer than that gets another try.
        Fault fault = await().until(
                        () -> Fault.of(catchThrowableOfType(
                                StatusRuntimeException.class,
                                () -> gateway.stub()
                                        .withDeadlineAfter(1500, TimeUnit.MILLISECONDS)
                                        .streamCompletion(prompt("local").build())
                                        .forEachRemaining(event -> {}))),
                        failure -> failure.detail(TurnFailure.class).isPresent());

        assertThat(fault.reason()).isEqualTo("HOP_DEADLINE_EXCEEDED");
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_DEADLINE);
        assertThat(gateway.local.cancelled().await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void movesWhenTheFirstTokenIsLateAndSettlesOnce() throws Exception {
        gateway.local.script("millrace-starter", hangAfter());

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(text(events)).isEqualTo("hello from deepseek-v3.2");
        assertThat(events.getLast().getCompleted().getAttempts(0).getOutcome()).isEqualTo("FIRST_TOKEN_TOO_LATE");
        assertThat(gateway.local.cancelled().await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(settled().getModel()).isEqualTo("deepseek-v3.2");
        assertThat(gateway.billing.settled()).isEmpty();
    }

    @Test
    void aCutStreamEndsInterruptedWithACursorAndCostsNothing() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", cutAfter("one ", "two "));
        List<StreamCompletionResponse> events = new ArrayList<>();

        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> gateway.stub().streamCompletion(prompt()).forEachRemaining(events::add));

        Fault fault = Fault.of(failure);
        assertThat(text(events)).isEqualTo("one two ");
        assertThat(fault.reason()).isEqualTo("STREAM_INTERRUPTED");
        TurnFailure details = fault.detail(TurnFailure.class).orElseThrow();
        assertThat(details.getCursor().getSequence()).isEqualTo(events.getLast().getSequence());
        assertThat(settled().getEnd()).isEqualTo(TurnEnd.TURN_END_INTERRUPTED);
    }

    @Test
    void aWholeAnswerStartsOverWhereItsFirstAttemptWasCut() throws Exception {
        gateway.classifier.score(HARD);
        gateway.cloud.script("deepseek-v3.2", cutAfter("one ", "two "));

        CreateCompletionResponse response = gateway.stub()
                .createCompletion(CreateCompletionRequest.newBuilder()
                        .setCompletion(prompt())
                        .build());

        assertThat(response.getChoices(0).getMessage().getParts(0).getText()).isEqualTo("hello from claude-sonnet-4.5");
        assertThat(response.getCompleted().getAttemptsList())
                .extracting("outcome")
                .containsExactly("ENGINE_FAILED", "completed");
        assertThat(settled().getModel()).isEqualTo("claude-sonnet-4.5");
    }

    @Test
    void aDiscardedAttemptIsNotChargedToACallerWhoLeavesThen() throws Exception {
        gateway.classifier.score(HARD);
        Context.CancellableContext call = Context.current().withCancellation();
        gateway.cloud.script("deepseek-v3.2", stage -> {
            gateway.billing.onNextReserve(() -> {
                Context reserving = Context.current();
                call.cancel(null);
                await().until(reserving::isCancelled);
            });
            cutAfter("one ", "two ").play(stage);
        });

        call.run(() -> assertThatThrownBy(() -> gateway.stub()
                        .createCompletion(CreateCompletionRequest.newBuilder()
                                .setCompletion(prompt())
                                .build()))
                .isInstanceOf(StatusRuntimeException.class));

        SettleUsageRequest settled = settled();
        assertThat(settled.getEnd()).isEqualTo(TurnEnd.TURN_END_CLIENT_CANCELLED);
        assertThat(settled.getUsage().getOutputTokens()).isZero();
        assertThat(settled.getHoldId()).isNotEqualTo("hold-" + settled.getTurnId() + "/1");
    }

    @Test
    void judgesWhatTravelsBesideTheMessages() {
        StreamCompletionRequest request = prompt("auto")
                .addTools(Tool.newBuilder()
                        .setName("pay")
                        .setDescription("charges card 4111")
                        .setExtraJson("{\"note\":\"card 4012\"}"))
                .setExtraParametersJson("{\"prediction\":\"secret\"}")
                .setEndUser("jane")
                .build();

        // No model here has tools; the prompt is judged before that is known.
        assertThatThrownBy(() -> gateway.ask(request)).isInstanceOf(StatusRuntimeException.class);

        ClassifyPromptRequest asked = Objects.requireNonNull(gateway.classifier.asked());
        assertThat(asked.getMessages(0).getPartsList())
                .extracting(ContentPart::getText)
                .contains("charges card 4111", "{\"note\":\"card 4012\"}", "{\"prediction\":\"secret\"}", "jane");
        assertThat(asked.getMessages(1)).isEqualTo(request.getMessages(0));
    }

    @Test
    void tellsTheClassifierWhatItDoesWithAScore() {
        gateway.ask(prompt("auto").build());

        var cutoffs = GatewayFixture.policy().cutoffs();
        assertThat(Objects.requireNonNull(gateway.classifier.asked())
                        .getActsOn()
                        .getCutoffsList())
                .containsExactly(cutoffs.moderate(), cutoffs.complex(), cutoffs.premium());
    }

    @Test
    void anAnswerCutAtTheHoldsLimitSaysThatTheBudgetCutIt() {
        gateway.classifier.score(HARD);
        gateway.billing.grant(64);
        gateway.cloud.script("deepseek-v3.2", stage -> {
            assertThat(stage.request().getOutputTokenLimit()).isEqualTo(64);
            stage.begin();
            stage.piece("x");
            stage.end(64, FinishReason.FINISH_REASON_LENGTH);
        });

        List<StreamCompletionResponse> events = gateway.ask(prompt());

        assertThat(events.getLast().getCompleted().getChoiceEnds(0).getLengthCause())
                .isEqualTo(LengthCause.LENGTH_CAUSE_BUDGET);
    }

    @Test
    void aRejectedRequestIsRepeatedByNobody() {
        gateway.local.script(
                "millrace-starter", refuse(Code.INVALID_ARGUMENT, "REQUEST_REJECTED", "400: bad schema", Map.of()));

        assertThat(failure(prompt()).reason()).isEqualTo("REQUEST_REJECTED");
        assertThat(gateway.cloud.seen()).isEmpty();
    }

    @Test
    void aPromptThatWasTooLongGoesToALargerWindowOnly() {
        gateway.cloud.script(
                "gpt-4.1", refuse(Code.INVALID_ARGUMENT, "CONTEXT_TOO_LONG", "400: 8192 tokens", Map.of()));

        Fault fault = failure(prompt("gpt-4.1").build());
        int asked = gateway.cloud.seen().size();
        gateway.cloud.window("claude-sonnet-4.5", 200_000);
        gateway.refresh();
        List<StreamCompletionResponse> events = gateway.ask(prompt("gpt-4.1").build());

        assertThat(fault.reason()).isEqualTo("CONTEXT_TOO_LONG");
        assertThat(asked).isEqualTo(1);
        assertThat(text(events)).isEqualTo("hello from claude-sonnet-4.5");
    }

    @Test
    void namesTheFieldThatIsOutOfRange() {
        StreamCompletionRequest request = prompt("auto")
                .setSampling(SamplingParameters.newBuilder().setMaxOutputTokens(-3))
                .build();

        Fault fault = failure(request);

        assertThat(fault.reason()).isEqualTo("FIELD_INVALID");
        assertThat(fault.message()).isEqualTo("sampling.max_output_tokens: -3 (expected: >= 1)");
        assertThat(fault.detail(BadRequest.class)
                        .orElseThrow()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("sampling.max_output_tokens");
        assertThat(gateway.classifier.calls()).isZero();
    }

    @Test
    void refusesAnEmptyPromptAndAnUnknownModel() {
        Fault empty = failure(StreamCompletionRequest.getDefaultInstance());
        Fault unknown = failure(prompt("gpt-4.2").build());

        assertThat(empty.reason()).isEqualTo("PROMPT_EMPTY");
        assertThat(unknown.reason()).isEqualTo("MODEL_UNKNOWN");
        assertThat(unknown.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(unknown.metadata().get("nearest")).contains("gpt-4.1");
    }

    private Fault failure(StreamCompletionRequest request) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> gateway.ask(request));
        return Fault.of(failure);
    }

    private SettleUsageRequest settled() throws InterruptedException {
        return gateway.billing.nextSettled();
    }
}

package dev.millrace.testing;

import dev.millrace.rpc.Fault;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Sensitivity;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.Clearance;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.CreateEmbeddingsRequest;
import dev.millrace.schema.inference.v1.CreateEmbeddingsResponse;
import dev.millrace.schema.inference.v1.Embedding;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.GetCapacityResponse;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.SeedSupport;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static dev.millrace.testing.BackendBehaviour.ANSWERS_100_TOKENS;
import static dev.millrace.testing.BackendBehaviour.ANSWERS_8_TOKENS;
import static dev.millrace.testing.BackendBehaviour.ANSWERS_SLOWLY;
import static dev.millrace.testing.BackendBehaviour.DIES_AFTER_3_TOKENS;
import static dev.millrace.testing.BackendBehaviour.EMBEDS;
import static dev.millrace.testing.BackendBehaviour.ENDS_WITHOUT_FINISH;
import static dev.millrace.testing.BackendBehaviour.FAILS;
import static dev.millrace.testing.BackendBehaviour.FILTERS_THE_CONTENT;
import static dev.millrace.testing.BackendBehaviour.FINDS_THE_PROMPT_TOO_LONG;
import static dev.millrace.testing.BackendBehaviour.IS_SILENT;
import static dev.millrace.testing.BackendBehaviour.REJECTS_THE_REQUEST;
import static dev.millrace.testing.BackendBehaviour.STARTS_SLOWLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * What every {@code InferenceService} promises, whoever serves it: failing over is another channel with the same stub only
 * as long as both implementers pass this suite. A subclass starts the service in front of a backend that behaves as
 * {@link BackendBehaviour} says, {@link FakeCloud} for instance, and opens a channel.
 */
public abstract class InferenceServiceContract {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int TOO_LARGE_BYTES = (8 << 20) + 1;

    /** A channel to the service through its own interceptors. */
    protected abstract Channel channel();

    /** Calls that the backend behind the service still works on. */
    protected abstract int callsAtBackend();

    /** Whether a prompt must be cleared to leave before this service takes it. */
    protected abstract boolean needsClearance();

    /** The reason when a backend fails before its first token: ENGINE_FAILED or PROVIDER_UNAVAILABLE. */
    protected abstract String failureReason();

    /** The model that makes the backend behave so. */
    protected String model(BackendBehaviour behaviour) {
        return behaviour.fakeCloudModel();
    }

    @Test
    protected void framesComeInOrderAndEndWithUsage() throws Exception {
        try (InferenceCall call = begin(ANSWERS_8_TOKENS).finish()) {
            assertThat(call.fault()).isEmpty();
            List<EventCase> kinds = new ArrayList<>(call.kinds());
            kinds.removeIf(EventCase.PROGRESS::equals);
            assertThat(kinds).startsWith(EventCase.STARTED, EventCase.DELTA).endsWith(EventCase.COMPLETED);
            assertThat(call.count(EventCase.STARTED)).isEqualTo(1);
            assertThat(call.count(EventCase.COMPLETED)).isEqualTo(1);
            Completed completed = call.frames().getLast().getCompleted();
            assertThat(completed.getUsage().getOutputTokens()).isEqualTo(8);
            assertThat(completed.getUsage().getInputTokens()).isPositive();
            assertThat(completed.getUsage().getProvenance())
                    .isIn(UsageProvenance.USAGE_PROVENANCE_REPORTED, UsageProvenance.USAGE_PROVENANCE_COUNTED);
            assertThat(completed.getChoiceEndsList()).singleElement().satisfies(end -> {
                assertThat(end.getIndex()).isZero();
                assertThat(end.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
            });
        }
    }

    @Test
    protected void charactersOfSeveralBytesArriveWhole() throws Exception {
        try (InferenceCall call = begin(ANSWERS_8_TOKENS).finish()) {
            assertThat(call.text()).isEqualTo(FakeCloud.text(8));
            assertThat(call.frames())
                    .allSatisfy(frame -> assertThat(frame.getDelta().getText()).doesNotContain("\uFFFD"));
        }
    }

    @Test
    protected void startedNamesTheModelAndTheEngine() throws Exception {
        try (InferenceCall call = begin(ANSWERS_8_TOKENS).awaitDeltas(1)) {
            var started = call.frames().stream()
                    .filter(frame -> frame.hasStarted())
                    .findFirst()
                    .orElseThrow()
                    .getStarted();
            assertThat(started.getModel()).isNotEmpty();
            assertThat(started.getEngine()).isNotEmpty();
        }
    }

    @Test
    protected void requestIdIsOnAnswersAndOnErrors() throws Exception {
        StreamCompletionRequest good = request(model(ANSWERS_8_TOKENS), "hello").build();
        StreamCompletionRequest bad = good.toBuilder().clearMessages().build();

        try (InferenceCall answered = begin(good).finish();
                InferenceCall refused = begin(bad).finish()) {
            assertThat(answered.requestId()).contains("contract-" + good.getAttemptId());
            assertThat(refused.requestId()).contains("contract-" + good.getAttemptId());
        }
    }

    @Test
    protected void aWaitOfSecondsIsToldEverySecondAndStartedWaitsForTheToken() throws Exception {
        try (InferenceCall call = begin(STARTS_SLOWLY).finish()) {
            assertThat(call.fault()).isEmpty();
            assertThat(call.count(EventCase.PROGRESS)).isBetween(1, 4);
            int started = call.kinds().indexOf(EventCase.STARTED);
            assertThat(call.kinds().subList(0, started)).contains(EventCase.PROGRESS);
            assertThat(call.kinds().get(started + 1)).isEqualTo(EventCase.DELTA);
        }
    }

    @Test
    protected void promptWithoutMessagesIsRefused() throws Exception {
        refuses(request(model(ANSWERS_8_TOKENS), "x").clearMessages().build(), Code.INVALID_ARGUMENT, "PROMPT_EMPTY");
        refuses(request(model(ANSWERS_8_TOKENS), "").build(), Code.INVALID_ARGUMENT, "PROMPT_EMPTY");
    }

    @Test
    protected void requestOverEightMebibytesIsRefused() throws Exception {
        refuses(
                request(model(ANSWERS_8_TOKENS), "x".repeat(TOO_LARGE_BYTES)).build(),
                Code.INVALID_ARGUMENT,
                "REQUEST_TOO_LARGE");
    }

    @Test
    protected void modelThatIsNotHereIsRefusedSoThatAnotherNodeMayHaveIt() throws Exception {
        refuses(request("no-such-model", "hello").build(), Code.RESOURCE_EXHAUSTED, "MODEL_NOT_HERE");
    }

    @Test
    protected void promptOverTheWindowIsRefused() throws Exception {
        refuses(request(model(FINDS_THE_PROMPT_TOO_LONG), "hello").build(), Code.INVALID_ARGUMENT, "CONTEXT_TOO_LONG");
    }

    @Test
    protected void refusedContentIsAnAnswer() throws Exception {
        refuses(request(model(FILTERS_THE_CONTENT), "hello").build(), Code.INVALID_ARGUMENT, "CONTENT_FILTERED");
    }

    @Test
    protected void requestThatTheBackendRejectsIsRefused() throws Exception {
        refuses(request(model(REJECTS_THE_REQUEST), "hello").build(), Code.INVALID_ARGUMENT, "REQUEST_REJECTED");
    }

    @Test
    protected void promptThatIsNotClearedIsRefusedWhereItWouldLeave() throws Exception {
        assumeThat(needsClearance()).isTrue();
        StreamCompletionRequest cleared =
                request(model(ANSWERS_8_TOKENS), "hello").build();

        refuses(cleared.toBuilder().clearClearance().build(), Code.PERMISSION_DENIED, "CLEARANCE_REQUIRED");
        refuses(
                cleared.toBuilder()
                        .setClearance(cleared.getClearance().toBuilder().setMayLeave(false))
                        .build(),
                Code.PERMISSION_DENIED,
                "CLEARANCE_REQUIRED");
        assertThat(callsAtBackend()).isZero();
    }

    @Test
    protected void failureBeforeTheFirstTokenIsTheBackendsAndLetsTheGatewayMove() throws Exception {
        try (InferenceCall call = begin(FAILS).finish()) {
            assertFault(call, Code.ABORTED, failureReason());
            assertThat(call.kinds()).doesNotContain(EventCase.STARTED, EventCase.DELTA, EventCase.COMPLETED);
        }
    }

    @Test
    protected void brokenStreamKeepsItsTokensAndSaysSo() throws Exception {
        for (BackendBehaviour broken : List.of(DIES_AFTER_3_TOKENS, ENDS_WITHOUT_FINISH)) {
            try (InferenceCall call = begin(broken).finish()) {
                assertFault(call, Code.ABORTED, "STREAM_INTERRUPTED");
                assertThat(call.text()).as(broken.name()).isEqualTo(FakeCloud.text(3));
                assertThat(call.kinds()).doesNotContain(EventCase.COMPLETED);
            }
        }
    }

    @Test
    protected void deadlineEndsTheCallAndItsWork() throws Exception {
        StreamCompletionRequest request = request(model(IS_SILENT), "hello").build();

        try (InferenceCall call = InferenceCall.begin(channel(), request, Duration.ofSeconds(2))) {
            await().atMost(SOON).until(() -> callsAtBackend() == 1);
            call.finish();
            assertThat(call.fault()).map(Fault::code).contains(Code.DEADLINE_EXCEEDED);
            await().atMost(SOON).until(() -> callsAtBackend() == 0);
        }
    }

    @Test
    protected void cancelReachesTheBackend() throws Exception {
        try (InferenceCall call = begin(ANSWERS_SLOWLY).awaitDeltas(2)) {
            assertThat(callsAtBackend()).isEqualTo(1);
            call.cancel();
            await().atMost(SOON).until(() -> callsAtBackend() == 0);
        }
    }

    @Test
    protected void cancelBeforeTheFirstTokenReachesTheBackend() throws Exception {
        try (InferenceCall call = begin(IS_SILENT)) {
            await().atMost(SOON).until(() -> callsAtBackend() == 1);
            call.cancel();
            await().atMost(SOON).until(() -> callsAtBackend() == 0);
        }
    }

    @Test
    protected void outputTokenLimitEndsTheAnswer() throws Exception {
        StreamCompletionRequest limited = request(model(ANSWERS_100_TOKENS), "hello")
                .setOutputTokenLimit(5)
                .setSampling(SamplingParameters.newBuilder().setMaxOutputTokens(50))
                .build();

        try (InferenceCall call = begin(limited).finish()) {
            assertThat(call.fault()).isEmpty();
            Completed completed = call.frames().getLast().getCompleted();
            assertThat(completed.getUsage().getOutputTokens()).isBetween(1L, 5L);
            assertThat(completed.getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
            assertThat(call.text()).isEqualTo(FakeCloud.text(5));
        }
    }

    @Test
    protected void stopTextEndsTheAnswerBeforeIt() throws Exception {
        String stop = FakeCloud.word(3).strip();
        StreamCompletionRequest stopped = request(model(ANSWERS_100_TOKENS), "hello")
                .setSampling(SamplingParameters.newBuilder().addStop(stop))
                .build();

        try (InferenceCall call = begin(stopped).finish()) {
            assertThat(call.fault()).isEmpty();
            assertThat(call.text()).startsWith(FakeCloud.text(3)).doesNotContain(stop);
            assertThat(call.frames().getLast().getCompleted().getChoiceEnds(0).getFinishReason())
                    .isEqualTo(FinishReason.FINISH_REASON_STOP);
        }
    }

    @Test
    protected void seedGivesTheSameTextWhereTheModelSaysSo() throws Exception {
        Model listed = listed(model(ANSWERS_8_TOKENS)).orElseThrow();
        assumeThat(listed.getCapabilities().getSeed()).isEqualTo(SeedSupport.SEED_SUPPORT_EXACT);
        StreamCompletionRequest seeded = request(model(ANSWERS_8_TOKENS), "hello")
                .setSampling(SamplingParameters.newBuilder().setSeed(42).setTemperature(0.8))
                .build();

        try (InferenceCall one = begin(seeded).finish();
                InferenceCall other = begin(seeded).finish()) {
            assertThat(one.text()).isNotEmpty().isEqualTo(other.text());
        }
    }

    @Test
    protected void capacityCountsTheCallsThatRun() throws Exception {
        GetCapacityResponse before = stub().getCapacity(GetCapacityRequest.getDefaultInstance());
        try (InferenceCall call = begin(ANSWERS_SLOWLY).awaitDeltas(1)) {
            GetCapacityResponse during = stub().getCapacity(GetCapacityRequest.getDefaultInstance());

            assertThat(during.getSlotsBusy()).isEqualTo(before.getSlotsBusy() + 1);
            if (during.hasSlotsTotal()) {
                assertThat(during.getSlotsBusy()).isLessThanOrEqualTo(during.getSlotsTotal());
            }
            call.cancel();
        }
        await().atMost(SOON)
                .until(() -> stub().getCapacity(GetCapacityRequest.getDefaultInstance())
                                .getSlotsBusy()
                        == before.getSlotsBusy());
    }

    @Test
    protected void modelsAreListedPageByPage() {
        List<String> whole = ids(1_000);

        assertThat(ids(1)).isEqualTo(whole);
        assertThat(whole).contains(model(ANSWERS_8_TOKENS), model(EMBEDS)).doesNotHaveDuplicates();
        assertCall(
                () -> stub().listModels(ListModelsRequest.newBuilder()
                        .setPageToken("no token of yours")
                        .build()),
                Code.INVALID_ARGUMENT);
        assertCall(
                () -> stub().listModels(
                                ListModelsRequest.newBuilder().setPageSize(-1).build()),
                Code.INVALID_ARGUMENT);
    }

    @Test
    protected void embeddingsHaveLengthOneAndKeepTheirOrder() {
        CreateEmbeddingsResponse both = embed("a mill grinds", "a river flows");
        CreateEmbeddingsResponse swapped = embed("a river flows", "a mill grinds");

        assertThat(both.getEmbeddingsList())
                .hasSize(2)
                .allSatisfy(vector -> assertThat(length(vector)).isCloseTo(1, within(1e-3)));
        assertThat(cosine(both.getEmbeddings(0), swapped.getEmbeddings(1))).isGreaterThan(0.999);
        assertThat(cosine(both.getEmbeddings(0), both.getEmbeddings(1))).isLessThan(0.999);
        assertThat(both.getSpace()).isNotEmpty().isEqualTo(swapped.getSpace());
        assertThat(both.getUsage().getInputTokens()).isPositive();
    }

    @Test
    protected void shorterEmbeddingsAreNormalisedAgain() {
        CreateEmbeddingsResponse shorter = stub().createEmbeddings(
                        embeddingRequest("a mill grinds").setDimensions(4).build());

        assertThat(shorter.getEmbeddings(0).getValuesCount()).isEqualTo(4);
        assertThat(length(shorter.getEmbeddings(0))).isCloseTo(1, within(1e-3));
        assertThat(shorter.getSpace()).isNotEqualTo(embed("a mill grinds").getSpace());
    }

    @Test
    protected void nothingToEmbedIsRefused() {
        assertCall(() -> stub().createEmbeddings(embeddingRequest().build()), Code.INVALID_ARGUMENT);
        assertCall(() -> stub().createEmbeddings(embeddingRequest("a", "").build()), Code.INVALID_ARGUMENT);
    }

    /** Begins a call for a prompt of a few words. */
    protected final InferenceCall begin(BackendBehaviour behaviour) {
        return begin(request(model(behaviour), "What grinds in a mill?").build());
    }

    protected final InferenceCall begin(StreamCompletionRequest request) {
        return InferenceCall.begin(channel(), request, DEADLINE);
    }

    /** A request as the gateway would send it, with a fresh attempt. */
    protected final StreamCompletionRequest.Builder request(String model, String prompt) {
        String turn = Uuid7.mint();
        StreamCompletionRequest.Builder request = StreamCompletionRequest.newBuilder()
                .setTurnId(turn)
                .setAttemptId(turn + "/1")
                .setModel(model)
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText(prompt)));
        return needsClearance() ? request.setClearance(clearance(turn)) : request;
    }

    private static Clearance clearance(String turn) {
        return Clearance.newBuilder()
                .setMayLeave(true)
                .setDecisionId("decision-" + turn)
                .setLevel(Sensitivity.SENSITIVITY_PUBLIC)
                .build();
    }

    /** The call ends with this fault before anything was sent, so that a sidecar may try another instance. */
    protected final void refuses(StreamCompletionRequest request, Code code, String reason) throws Exception {
        try (InferenceCall call = begin(request).finish()) {
            assertFault(call, code, reason);
            assertThat(call.frames()).isEmpty();
            assertThat(call.hadHeaders()).as("headers before the refusal").isFalse();
        }
    }

    private static void assertFault(InferenceCall call, Code code, String reason) {
        Fault fault = call.fault().orElseThrow(() -> new AssertionError("ended well after " + call.kinds()));
        assertThat(fault.reason()).as("%s", fault).isEqualTo(reason);
        assertThat(fault.code()).as("%s", fault).isEqualTo(code);
        assertThat(fault.domain()).endsWith(".millrace.dev").doesNotStartWith("rpc.");
        assertThat(fault.message()).isNotBlank();
    }

    private static void assertCall(ThrowingCallable call, Code code) {
        assertThatThrownBy(call)
                .satisfies(failure -> assertThat(Fault.of(failure).code()).isEqualTo(code));
    }

    private List<String> ids(int pageSize) {
        List<String> ids = new ArrayList<>();
        String token = "";
        do {
            ListModelsResponse page = stub().listModels(ListModelsRequest.newBuilder()
                    .setPageSize(pageSize)
                    .setPageToken(token)
                    .build());
            assertThat(page.getModelsCount()).isBetween(1, pageSize);
            page.getModelsList().forEach(model -> ids.add(model.getId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return ids;
    }

    private Optional<Model> listed(String id) {
        return stub()
                .listModels(ListModelsRequest.newBuilder().setPageSize(1_000).build())
                .getModelsList()
                .stream()
                .filter(model -> model.getId().equals(id))
                .findFirst();
    }

    private CreateEmbeddingsResponse embed(String... texts) {
        return stub().createEmbeddings(embeddingRequest(texts).build());
    }

    private CreateEmbeddingsRequest.Builder embeddingRequest(String... texts) {
        String turn = Uuid7.mint();
        CreateEmbeddingsRequest.Builder request = CreateEmbeddingsRequest.newBuilder()
                .addAllInputs(List.of(texts))
                .setModel(model(EMBEDS))
                .setTurnId(turn)
                .setAttemptId(turn + "/1");
        return needsClearance() ? request.setClearance(clearance("embed")) : request;
    }

    private InferenceServiceBlockingStub stub() {
        Metadata headers = new Metadata();
        headers.put(MetadataKeys.TENANT, "contract");
        headers.put(MetadataKeys.CLEARANCE, "decision-embed");
        return InferenceServiceGrpc.newBlockingStub(channel())
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(DEADLINE);
    }

    private static double length(Embedding vector) {
        return Math.sqrt(dot(vector, vector));
    }

    private static double cosine(Embedding one, Embedding other) {
        return dot(one, other) / (length(one) * length(other));
    }

    private static double dot(Embedding one, Embedding other) {
        double sum = 0;
        for (int i = 0; i < one.getValuesCount(); i++) {
            sum += (double) one.getValues(i) * other.getValues(i);
        }
        return sum;
    }
}

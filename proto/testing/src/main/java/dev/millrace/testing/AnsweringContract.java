package dev.millrace.testing;

import dev.millrace.rpc.Fault;
import dev.millrace.rpc.Uuid7;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.SeedSupport;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What every {@code InferenceService} promises of any model that answers, so that it can be asked of an engine too whose
 * backend nobody can make fail; {@link InferenceServiceContract} has the rest.
 */
public abstract class AnsweringContract extends EmbeddingContract {
    private static final int TOO_LARGE_BYTES = (8 << 20) + 1;

    /** A model that answers a short question and ends its answer by itself. */
    protected abstract String answeringModel();

    /** A request that does not fit its model's window. */
    protected abstract StreamCompletionRequest overTheWindow();

    @Test
    protected void framesComeInOrderAndEndWithUsage() throws Exception {
        try (InferenceCall call = begin(question()).finish()) {
            assertThat(call.fault()).isEmpty();
            List<EventCase> kinds = new ArrayList<>(call.kinds());
            kinds.removeIf(EventCase.PROGRESS::equals);
            assertThat(kinds).startsWith(EventCase.STARTED, EventCase.DELTA).endsWith(EventCase.COMPLETED);
            assertThat(call.count(EventCase.STARTED)).isEqualTo(1);
            assertThat(call.count(EventCase.COMPLETED)).isEqualTo(1);
            Completed completed = call.frames().getLast().getCompleted();
            assertThat(completed.getUsage().getOutputTokens()).isPositive();
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
    protected void startedNamesTheModelAndTheEngine() throws Exception {
        try (InferenceCall call = begin(question()).awaitDeltas(1)) {
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
        StreamCompletionRequest good = request(answeringModel(), "hello").build();
        StreamCompletionRequest bad = good.toBuilder().clearMessages().build();

        try (InferenceCall answered = begin(good).finish();
                InferenceCall refused = begin(bad).finish()) {
            assertThat(answered.requestId()).contains("contract-" + good.getAttemptId());
            assertThat(refused.requestId()).contains("contract-" + good.getAttemptId());
        }
    }

    @Test
    protected void promptWithoutMessagesIsRefused() throws Exception {
        refuses(request(answeringModel(), "x").clearMessages().build(), Code.INVALID_ARGUMENT, "PROMPT_EMPTY");
        refuses(request(answeringModel(), "").build(), Code.INVALID_ARGUMENT, "PROMPT_EMPTY");
    }

    @Test
    protected void requestOverEightMebibytesIsRefused() throws Exception {
        refuses(
                request(answeringModel(), "x".repeat(TOO_LARGE_BYTES)).build(),
                Code.INVALID_ARGUMENT,
                "REQUEST_TOO_LARGE");
    }

    @Test
    protected void modelThatIsNotHereIsRefusedSoThatAnotherNodeMayHaveIt() throws Exception {
        refuses(request("no-such-model", "hello").build(), Code.RESOURCE_EXHAUSTED, "MODEL_NOT_HERE");
    }

    @Test
    protected void promptOverTheWindowIsRefused() throws Exception {
        refuses(overTheWindow(), Code.INVALID_ARGUMENT, "CONTEXT_TOO_LONG");
    }

    @Test
    protected void seedGivesTheSameTextWhereTheModelSaysSo() throws Exception {
        Model listed = listed(answeringModel()).orElseThrow();
        assumeThat(listed.getCapabilities().getSeed())
                .as("what a seed is worth at %s: only where it is exact must the same text come", listed.getId())
                .isEqualTo(SeedSupport.SEED_SUPPORT_EXACT);
        StreamCompletionRequest seeded = request(answeringModel(), "Tell me a story.")
                .setSampling(SamplingParameters.newBuilder().setSeed(42).setTemperature(0.8))
                .build();

        try (InferenceCall one = begin(seeded).finish();
                InferenceCall other = begin(seeded).finish()) {
            assertThat(one.text()).isNotEmpty().isEqualTo(other.text());
        }
    }

    @Test
    protected void modelsAreListedPageByPage() {
        List<String> whole = ids(1_000);

        assertThat(ids(1)).isEqualTo(whole);
        assertThat(whole).contains(answeringModel(), embeddingModel()).doesNotHaveDuplicates();
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

    /** The call ends with this fault before anything was sent, so that a sidecar may try another instance. */
    protected final void refuses(StreamCompletionRequest request, Code code, String reason) throws Exception {
        try (InferenceCall call = begin(request).finish()) {
            assertFault(call, code, reason);
            assertThat(call.frames()).isEmpty();
            assertThat(call.hadHeaders()).as("headers before the refusal").isFalse();
        }
    }

    protected static void assertFault(InferenceCall call, Code code, String reason) {
        Fault fault = call.fault().orElseThrow(() -> new AssertionError("ended well after " + call.kinds()));
        assertThat(fault.reason()).as("%s", fault).isEqualTo(reason);
        assertThat(fault.code()).as("%s", fault).isEqualTo(code);
        assertThat(fault.domain()).endsWith(".millrace.dev").doesNotStartWith("rpc.");
        assertThat(fault.message()).isNotBlank();
    }

    private StreamCompletionRequest question() {
        return request(answeringModel(), "What grinds in a mill?").build();
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

    protected final Optional<Model> listed(String id) {
        return stub()
                .listModels(ListModelsRequest.newBuilder().setPageSize(1_000).build())
                .getModelsList()
                .stream()
                .filter(model -> model.getId().equals(id))
                .findFirst();
    }
}

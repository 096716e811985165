package dev.millrace.testing;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.GetCapacityResponse;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
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
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * What every {@code InferenceService} promises, whoever serves it: failing over is another channel with the same stub only
 * as long as both implementers pass this suite. A subclass starts the service in front of a backend that behaves as
 * {@link BackendBehaviour} says, {@link FakeCloud} for instance, and opens a channel.
 */
public abstract class InferenceServiceContract extends AnsweringContract {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Calls that the backend behind the service still works on. */
    protected abstract int callsAtBackend();

    /** The reason when a backend fails before its first token: ENGINE_FAILED or PROVIDER_UNAVAILABLE. */
    protected abstract String failureReason();

    /** The model that makes the backend behave so. */
    protected String model(BackendBehaviour behaviour) {
        return behaviour.fakeCloudModel();
    }

    @Override
    protected final String answeringModel() {
        return model(ANSWERS_8_TOKENS);
    }

    @Override
    protected final String embeddingModel() {
        return model(EMBEDS);
    }

    @Override
    protected final StreamCompletionRequest overTheWindow() {
        return request(model(FINDS_THE_PROMPT_TOO_LONG), "hello").build();
    }

    @Test
    protected void charactersOfSeveralBytesArriveWholeAndTheirTokensAreCounted() throws Exception {
        try (InferenceCall call = begin(ANSWERS_8_TOKENS).finish()) {
            assertThat(call.frames().getLast().getCompleted().getUsage().getOutputTokens())
                    .isEqualTo(8);
            assertThat(call.text()).isEqualTo(FakeCloud.text(8));
            assertThat(call.frames())
                    .allSatisfy(frame -> assertThat(frame.getDelta().getText()).doesNotContain("\uFFFD"));
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

    /** Begins a call for a prompt of a few words. */
    protected final InferenceCall begin(BackendBehaviour behaviour) {
        return begin(request(model(behaviour), "What grinds in a mill?").build());
    }
}

package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Answers that break off, say what they should not or leave out what they should say. */
final class MalformedAnswersTest extends ProviderFaults {
    @Test
    void brokenStreamsAreInterruptedAndKeepTheirText() throws Exception {
        for (Kind kind : List.of(Kind.RESETS_AFTER, Kind.INVALID_JSON_AFTER, Kind.ERROR_AFTER)) {
            InferenceCall call = run(fake(), CloudScript.model(kind, 3));

            assertThat(fault(call).reason()).as("%s", kind).isEqualTo("STREAM_INTERRUPTED");
            assertThat(fault(call).metadata()).containsEntry("delivered_deltas", "3");
            assertThat(call.text()).isEqualTo(FakeCloud.text(3));
            assertThat(call.count(EventCase.COMPLETED)).isZero();
        }
    }

    @Test
    void errorInPlaceOfTheFirstPieceLetsTheGatewayMove() throws Exception {
        InferenceCall call = run(fake(), CloudScript.model(Kind.ERROR_AFTER, 0));

        assertThat(fault(call).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault(call).code()).isEqualTo(Code.ABORTED);
        assertThat(call.kinds()).doesNotContain(EventCase.STARTED, EventCase.DELTA);
    }

    @Test
    void hugeLineIsCutOff() throws Exception {
        Fault fault = fault(run(fake(), CloudScript.model(Kind.HUGE_LINE, 3 << 20)));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.message()).contains("1048576");
    }

    @Test
    void endMarkWithoutAFinishReasonIsNoWholeAnswer() throws Exception {
        String chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half an ans\"}}]}\n\n";
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, chunk + "data: [DONE]\n\n"));

        InferenceCall call = run(cloud);

        assertThat(call.text()).isEqualTo("half an ans");
        assertThat(fault(call).code()).isEqualTo(Code.ABORTED);
    }

    @Test
    void finishedAnswerIsWholeWithoutItsEndMark() throws Exception {
        RawCloud open = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n" + FIRST + FINISH).getBytes(UTF_8));
            out.flush();
        });
        RelayUnderTest relay = relay(open.base(), "m", Map.of("cloud-relay.patience.tail", "300ms"));
        long begin = System.nanoTime();

        InferenceCall call = run(relay, Prompts.cleared("m"));

        assertThat(call.text()).isEqualTo("Hello");
        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void answersThatNobodyAskedForAreMalformed() throws Exception {
        for (String index : List.of("2147483647", "1")) {
            RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, FIRST.replace("\"index\":0", "\"index\":" + index)));

            Fault fault = fault(run(cloud));

            assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
            assertThat(fault.message()).contains("an answer number " + index + " (expected: 0 to 0)");
        }
    }

    @Test
    void unknownFinishWordIsPassedOnAndNotGuessedAt() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, FIRST + FINISH.replace("stop", "tired")));

        var end = completed(run(cloud)).getChoiceEnds(0);

        assertThat(end.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_UNSPECIFIED);
        assertThat(end.getBackendFinishReason()).isEqualTo("tired");
    }

    @Test
    void anAnswerThatWasGivenUpIsNotWhole() throws Exception {
        for (String word : List.of("error", "abort")) {
            RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, FIRST + FINISH.replace("stop", word)));

            InferenceCall call = run(cloud);

            assertThat(call.text()).isEqualTo("Hello");
            assertThat(fault(call).reason()).isEqualTo("STREAM_INTERRUPTED");
            assertThat(fault(call).message()).contains("finish_reason " + word);
        }
    }

    @Test
    void logprobsThatWereAskedForPass() throws Exception {
        String chunk = FIRST.replace("\"delta\"", "\"logprobs\":{\"content\":[]},\"delta\"");
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD, chunk + FINISH));

        InferenceCall without = run(cloud);
        InferenceCall with = run(
                relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setExtraParametersJson("{\"logprobs\":true}"));

        assertThat(without.text()).isEqualTo("Hello");
        assertThat(logprobs(without)).isEmpty();
        assertThat(logprobs(with)).isEqualTo("{\"content\":[]}");
    }

    private static String logprobs(InferenceCall call) {
        completed(call);
        return call.frames().stream()
                .map(frame -> frame.getDelta().getLogprobsJson())
                .reduce("", String::concat);
    }

    @Test
    void usageThatNobodyReportsIsCounted() throws Exception {
        InferenceCall call = run(fake(), CloudScript.model(Kind.NO_USAGE, 8));

        var usage = completed(call).getUsage();
        assertThat(usage.getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_COUNTED);
        assertThat(usage.getInputTokens()).isEqualTo(5);
        assertThat(usage.getOutputTokens()).isBetween(8L, 40L);
    }

    @Test
    void halfAReportIsFilledWithTheEstimate() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(
                STREAM_HEAD, FIRST + FINISH + "data: {\"choices\":[],\"usage\":{\"completion_tokens\":7}}\n\n"));

        var usage = completed(run(cloud)).getUsage();

        assertThat(usage.getInputTokens()).isEqualTo(5);
        assertThat(usage.getOutputTokens()).isEqualTo(7);
        assertThat(usage.getProvenance()).isEqualTo(UsageProvenance.USAGE_PROVENANCE_ESTIMATED);
    }
}

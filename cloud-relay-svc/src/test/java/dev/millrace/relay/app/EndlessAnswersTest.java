package dev.millrace.relay.app;

import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import dev.millrace.testing.InferenceCall;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Answers longer than what was asked for, and what has no end. */
final class EndlessAnswersTest extends ProviderFaults {
    @Test
    void limitThatTheProviderIgnoresIsEnforced() throws Exception {
        RawCloud cloud = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n").getBytes(UTF_8));
            for (int i = 0; i < 1_000; i++) {
                out.write(FIRST.getBytes(UTF_8));
                out.flush();
            }
        });

        InferenceCall call =
                run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setOutputTokenLimit(5));

        assertThat(call.text()).isEqualTo("Hello".repeat(5));
        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(completed(call).getChoiceEnds(0).getLengthCause()).isEqualTo(LengthCause.LENGTH_CAUSE_BUDGET);
        assertThat(cloud.callerGone().await(2, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatHoldsNoTokensAndHasNoEndIsCutByItsBytes() throws Exception {
        String id = "x".repeat(1_000);
        String nothing = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"" + id
                + "\"}]}}]}\n\n";
        RawCloud cloud = raw(endless(nothing));

        InferenceCall call =
                run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setOutputTokenLimit(100));

        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(call.frames()).hasSizeBetween(900, 1_200);
        assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void logprobsThatNobodyAskedForAreLeftOutAndHaveAnEnd() throws Exception {
        String logprobs = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":{\"content\":[\""
                + "x".repeat(1_000) + "\"]}}]}\n\n";
        RawCloud cloud = raw(endless(logprobs));

        InferenceCall call =
                run(relay(cloud.base(), "m", Map.of()), Prompts.cleared("m").setOutputTokenLimit(100));

        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(call.count(EventCase.DELTA)).isZero();
        assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Says the same until the caller has gone. */
    private static RawCloud.Answer endless(String event) {
        return (out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n").getBytes(UTF_8));
            while (true) {
                out.write(event.getBytes(UTF_8));
                out.flush();
            }
        };
    }
}

package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A provider that says nothing, before its first token or after it. */
final class SilentProviderTest extends ProviderFaults {
    /** Long enough for a request to reach its provider on a busy machine. */
    private static final Duration LIMIT = Duration.ofMillis(250);

    @Test
    void stalledProviderIsNoticed() throws Exception {
        String model = CloudScript.model(Kind.STALLS_AFTER, 2);
        FakeCloud cloud = fake();
        RelayUnderTest relay =
                relay(cloud.base().toString(), model, Map.of("cloud-relay.patience.between-tokens", "300ms"));

        Fault fault = fault(run(relay, Prompts.cleared(model)));

        assertThat(fault.reason()).isEqualTo("STREAM_INTERRUPTED");
        assertThat(fault.message()).contains("silent for 300 ms");
        await().until(() -> cloud.open() == 0);
    }

    @Test
    void commentsThatKeepAConnectionOpenAreSilence() throws Exception {
        RawCloud cloud = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\nConnection: close\r\n\r\n" + FIRST).getBytes(UTF_8));
            for (int i = 0; i < 100; i++) {
                out.write(": keep-alive\n\n".getBytes(UTF_8));
                out.flush();
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
            out.write(FINISH.getBytes(UTF_8));
        });
        RelayUnderTest relay = relay(cloud.base(), "m", Map.of("cloud-relay.patience.between-tokens", "300ms"));

        Fault fault = fault(run(relay, Prompts.cleared("m")));

        assertThat(fault.reason()).isEqualTo("STREAM_INTERRUPTED");
        assertThat(fault.message()).contains("silent for 300 ms");
    }

    @Test
    void silentProviderIsNoticedAndNotAskedTwice() throws Exception {
        String model = CloudScript.model(Kind.SILENT);
        FakeCloud cloud = fake();
        RelayUnderTest relay =
                relay(cloud.base().toString(), model, Map.of("cloud-relay.patience.first-token", "300ms"));

        Fault fault = fault(run(relay, Prompts.cleared(model)));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.message()).contains("before the first token");
        assertThat(cloud.attempts(model)).hasSize(1);
    }

    @Test
    void silenceThatOnlyThisCallerDoesNotOutwaitSaysNothingOfTheProvider() throws Exception {
        String model = CloudScript.model(Kind.SILENT);
        FakeCloud cloud = fake();
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of());
        int calls = 7;

        for (int i = 0; i < calls; i++) {
            Fault fault = fault(run(relay, impatient(model, LIMIT, false)));

            assertThat(fault.reason()).isEqualTo("FIRST_TOKEN_TOO_LATE");
            assertThat(fault.code()).isEqualTo(Code.ABORTED);
            assertThat(fault.message()).contains("silent for 250 ms before the first token");
            assertThat(fault.metadata()).containsEntry("tries", "1");
        }

        assertThat(cloud.attempts(model)).hasSize(calls);
        await().until(() -> cloud.open() == 0);
    }

    @Test
    void silenceThatNoCallerOutwaitsCountsAgainstTheProvider() throws Exception {
        String model = CloudScript.model(Kind.SILENT);
        FakeCloud cloud = fake();
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of("cloud-relay.breaker.pause", "30s"));
        for (int i = 0; i < 5; i++) {
            assertThat(fault(run(relay, impatient(model, LIMIT, true))).reason())
                    .isEqualTo("FIRST_TOKEN_TOO_LATE");
        }

        InferenceCall refused = run(relay, impatient(model, LIMIT, true));

        assertThat(fault(refused).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(refused.hadHeaders()).isFalse();
        assertThat(cloud.attempts(model)).hasSize(5);
    }

    @Test
    void answerThatBeginsWithinItsCallersLimitMayTakeLonger() throws Exception {
        String model = CloudScript.model(Kind.SLOW_WORDS, 50);
        RelayUnderTest relay = relay(fake().base().toString(), model, Map.of());

        InferenceCall call =
                run(relay, impatient(model, Duration.ofMillis(400), true).setOutputTokenLimit(20));

        assertThat(completed(call).getChoiceEnds(0).getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
    }

    private static StreamCompletionRequest.Builder impatient(String model, Duration limit, boolean longest) {
        return Prompts.cleared(model)
                .setFirstTokenLimit(com.google.protobuf.Duration.newBuilder().setNanos((int) limit.toNanos()))
                .setFirstTokenLimitLongest(longest);
    }
}

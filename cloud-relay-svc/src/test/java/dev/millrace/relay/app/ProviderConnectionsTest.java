package dev.millrace.relay.app;

import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Connections to a provider: used again after a call, closed where a caller has gone. */
final class ProviderConnectionsTest extends ProviderFaults {
    @Test
    void callerIsGoneFromTheProviderSoon() throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            RawCloud cloud = raw((out, call) -> {
                out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n" + FIRST).getBytes(UTF_8));
                out.flush();
            });
            RelayUnderTest relay = relay(cloud.base(), "m", Map.of());
            try (InferenceCall call = InferenceCall.begin(
                            relay.channel(), Prompts.cleared("m").build(), LONG)
                    .awaitDeltas(1)) {
                long begin = System.nanoTime();
                call.cancel();
                assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
                millis.add((System.nanoTime() - begin) / 1_000_000);
            }
        }

        assertThat(millis.stream().sorted().toList().get(5)).as("%s", millis).isLessThan(1_000);
    }

    @Test
    void connectionIsUsedAgain() throws IOException, InterruptedException {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.WORDS, 3);
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of());

        for (int i = 0; i < 3; i++) {
            assertThat(run(relay, Prompts.cleared(model)).text()).isEqualTo(FakeCloud.text(3));
        }

        assertThat(cloud.attempts(model)).hasSize(3);
    }
}

package dev.millrace.relay.app;

import dev.millrace.rpc.Fault;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A provider that cannot be reached, refuses the key or gives no answer at all, in words that say what to do. */
final class ProviderRefusalsTest extends ProviderFaults {
    @Test
    void aKeyThatIsNotSetIsNamedByItsVariable() throws Exception {
        Fault fault =
                fault(run(raw(RawCloud.measured("401 Unauthorized", "{\"error\":{\"message\":\"who are you\"}}"))));

        assertThat(fault.reason()).isEqualTo("PROVIDER_KEY_REFUSED");
        assertThat(fault.message())
                .isEqualTo("cloud (127.0.0.1) asks for a key (401) and none is set: set CLOUD_API_KEY and start again"
                        + " (it says: who are you)");
    }

    @Test
    void aProviderWithoutAKeyOfItsOwnIsToldWhereToSetOne() throws Exception {
        RawCloud cloud = raw(RawCloud.measured("401 Unauthorized", "{}"));
        RelayUnderTest relay = relay(
                "",
                "m",
                Map.of(
                        "cloud-relay.providers.acme.base-url",
                        cloud.base(),
                        "cloud-relay.providers.acme.fetch-models",
                        "false"));

        Fault fault = fault(run(relay, Prompts.cleared("m")));

        assertThat(fault.message()).contains("set cloud-relay.providers.acme.key to env:NAME or file:PATH");
    }

    @Test
    void refusedKeyIsExplained() throws Exception {
        FakeCloud cloud = fake();
        for (Kind kind : List.of(Kind.KEY_REFUSED, Kind.KEY_FORBIDDEN)) {
            String model = CloudScript.model(kind);

            Fault fault = fault(run(cloud, model));

            assertThat(fault.reason()).isEqualTo("PROVIDER_KEY_REFUSED");
            assertThat(fault.metadata()).containsEntry("host", "127.0.0.1");
            assertThat(cloud.attempts(model)).hasSize(1);
        }
    }

    @Test
    void unreachableProviderIsNamedWithItsAddress() throws Exception {
        RawCloud gone = raw(RawCloud.fixed("500", ""));
        String base = gone.base();
        gone.close();

        Fault fault = fault(run(relay(base, "m", Map.of()), Prompts.cleared("m")));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.metadata())
                .containsEntry("cause", "connection refused")
                .containsEntry("tries", "3");
        assertThat(base).contains(String.valueOf(fault.metadata().get("address")));
    }

    @Test
    void pageInsteadOfAnAnswerIsNoAnswer() throws Exception {
        String model = CloudScript.model(Kind.HTML);

        Fault fault = fault(run(fake(), model));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(fault.message()).contains("text/html", "base-url");
    }

    @Test
    void redirectIsNotFollowed() throws Exception {
        RawCloud target = raw(RawCloud.fixed(STREAM_HEAD, FIRST + FINISH));
        RawCloud cloud = raw(RawCloud.measured("307 Moved\r\nLocation: " + target.base() + "/chat/completions", ""));

        Fault fault = fault(run(cloud));

        assertThat(fault.reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(target.calls()).isZero();
    }

    @Test
    void codedAnswerIsRefusedAndNeverUnpacked() throws Exception {
        RawCloud cloud = raw(RawCloud.fixed(STREAM_HEAD + "\r\nContent-Encoding: gzip", "\u001f\u008b"));

        assertThat(fault(run(cloud)).message()).contains("gzip");
    }
}

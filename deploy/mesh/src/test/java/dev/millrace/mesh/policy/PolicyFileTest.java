package dev.millrace.mesh.policy;

import dev.millrace.runtime.ConfigurationFault;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is read from a file; what the one that ships says is {@link ShippedPolicyTest}'s. */
final class PolicyFileTest {
    @Test
    void aServiceAndARouteSayOnlyWhatDiffers() {
        Policy policy = PolicyText.shipped()
                .with("    calls: {deadline: 15s}\n", """
                                calls: {deadline: 15s, silent-at-most: 1m}
                                retries: {tries: 1}
                                breakers:
                                  requests: 7
                                """.indent(4))
                .with("KeyService/CreateKey, retry: unsent}", "KeyService/CreateKey, retry: unsent, deadline: 9s}")
                .parse();
        Policy.Limits all = policy.limits();
        Policy.Service billing = policy.service("billing");

        assertThat(billing.limits().breakers())
                .isEqualTo(new Policy.Breakers(
                        all.breakers().connections(),
                        all.breakers().pending(),
                        7,
                        all.breakers().retriesPercent(),
                        all.breakers().retriesMin()));
        assertThat(billing.limits().retries())
                .isEqualTo(new Policy.Retries(
                        1, all.retries().pauseMin(), all.retries().pauseMax()));
        assertThat(billing.limits().ejection()).isEqualTo(all.ejection());
        assertThat(billing.routes())
                .filteredOn(route -> route.methods().endsWith("/CreateKey"))
                .extracting(Policy.Route::calls)
                .containsExactly(new Policy.Calls(Duration.ofSeconds(9), Duration.ofMinutes(1)));
        assertThat(billing.routes())
                .filteredOn(route -> route.methods().endsWith("/SetBudget"))
                .extracting(Policy.Route::calls)
                .containsExactly(new Policy.Calls(Duration.ofSeconds(15), Duration.ofMinutes(1)));
        assertThat(policy.service("gateway").limits()).isEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource({"100 %, 1000000", "12.5%, 125000", "0.0001 %, 1", "0 %, 0"})
    void readsAShareOfTraces(String share, int millionths) {
        Policy policy =
                PolicyText.shipped().with("of-new: 10 %", "of-new: " + share).parse();

        assertThat(policy.newTraces().millionths()).isEqualTo(millionths);
    }

    @Test
    void saysInWordsWhyAFileCannotBeRead() {
        assertThatThrownBy(() -> PolicyFile.read(Path.of("no-such-policy.yaml")))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageStartingWith("--policy: no-such-policy.yaml: there is no such file (expected: ")
                .hasMessageNotContaining("Exception");
    }

    @Test
    void refusesWhatIsNoPolicyAtAll() {
        new PolicyText("a: [").assertRefused("not YAML");
        new PolicyText("").assertRefused("is empty");
    }
}

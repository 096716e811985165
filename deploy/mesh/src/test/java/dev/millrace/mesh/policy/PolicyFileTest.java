package dev.millrace.mesh.policy;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.runtime.ConfigurationFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class PolicyFileTest {

    @Test
    void readsTheOneThatShips() {
        Policy policy = MeshUp.shippedPolicy();

        assertThat(policy.services())
                .containsOnlyKeys("gateway", "classifier", "local-inference", "cloud-relay", "billing");
        assertThat(policy.peersOf("gateway"))
                .containsExactly("classifier", "local-inference", "cloud-relay", "billing");
        assertThat(policy.peersOf("local-inference")).containsExactly("billing");
        assertThat(policy.peersOf("classifier")).isEmpty();
    }

    @Test
    void neverRepeatsAGenerationThatMayHaveBegun() {
        Policy policy = MeshUp.shippedPolicy();

        assertThat(policy.services().values())
                .flatExtracting(Policy.Service::routes)
                .filteredOn(route -> route.methods().endsWith("StreamCompletion"))
                .isNotEmpty()
                .allSatisfy(route ->
                        assertThat(policy.retries().kinds().get(route.retry())).doesNotContain("reset"));
    }

    @Test
    void repeatsNoLostCallThatWouldBeDoneOrPaidTwice() {
        Policy policy = MeshUp.shippedPolicy();

        for (String method : List.of(
                "gateway millrace.gateway.v1.GatewayService/StreamCompletion",
                "gateway millrace.billing.v1.BillingService/SetBudget",
                "cloud-relay millrace.inference.v1.InferenceService/StreamCompletion",
                "cloud-relay millrace.inference.v1.InferenceService/CreateEmbeddings",
                "billing millrace.billing.v1.BillingService/SetBudget",
                "billing millrace.billing.v1.KeyService/CreateKey",
                "billing millrace.billing.v1.KeyService/RotateKey",
                "billing millrace.billing.v1.PriceService/PutPrice")) {
            String[] words = method.split(" ", 2);
            Policy.Route first = Objects.requireNonNull(policy.services().get(words[0])).routes().stream()
                    .filter(route -> words[1].startsWith(route.methods()))
                    .findFirst()
                    .orElseThrow();
            assertThat(policy.retries().kinds().get(first.retry()))
                    .as(method)
                    .isNotEmpty()
                    .doesNotContain("reset", Policy.LOST);
        }
    }

    @Test
    void letsNothingReachTheCloudWithoutClearance() {
        Policy.Service relay =
                Objects.requireNonNull(MeshUp.shippedPolicy().services().get("cloud-relay"));

        assertThat(relay.callers().values())
                .flatExtracting(allowed -> allowed)
                .filteredOn(allowed -> !allowed.methods().matches(".*/(ListModels|GetCapacity)"))
                .isNotEmpty()
                .allSatisfy(allowed -> assertThat(allowed.needs()).contains("x-millrace-clearance"));
    }

    @Test
    void namesAMisspeltKeyWithItsLine() throws IOException {
        String text = shipped().replace("connect-within: 500ms", "conect-within: 500ms");

        assertFault(
                text,
                "connections.connect-within is missing, and connections.conect-within is no key",
                "policy.yaml line " + line(text, "conect-within"));
    }

    @Test
    void namesAMisspeltSectionWithItsLine() throws IOException {
        String text = shipped().replace("\nejection:", "\nejecton:");

        assertFault(text, "ejection is missing, and ejecton is no key", "policy.yaml line " + line(text, "ejecton:"));
    }

    /** Though another one is spelt much alike. */
    @Test
    void takesNoKeyThatThereIsForAMisspeltOne() throws IOException {
        String text = shipped().replaceAll("  pause-min: .*\n", "");

        assertFault(text, "retries.pause-min is missing   in policy.yaml line");
    }

    private static long line(String text, String word) {
        return 1
                + text.substring(0, text.indexOf(word))
                        .chars()
                        .filter(letter -> letter == '\n')
                        .count();
    }

    @Test
    void namesAKeyThatNobodyKnows() throws IOException {
        String text = shipped().replace("  pending: 256", "  pending: 256\n  pendng: 1");

        assertFault(text, "breakers.pendng (no such key, did you mean breakers.pending?)", "line");
    }

    @Test
    void namesAValueOfTheWrongKind() throws IOException {
        assertFault(
                shipped().replace("failures: 5", "failures: none"),
                "ejection.failures: \"none\" (expected: a whole number, 1 or more)");
        assertFault(shipped().replace("buffer: 1 MiB", "buffer: 1 potato"), "connections.buffer: \"1 potato\"");
        assertFault(shipped().replace("retry: elsewhere}", "retry: nowhere}"), "\"nowhere\" (expected: one of [unsent");
        assertFault(shipped().replace(", reset, lost]", ", reset, lots]"), "names \"lots\"");
        assertFault(
                shipped().replace("of-new: 10 %", "of-new: 101 %"), "traces.of-new: \"101 %\" (expected: 0 % to 100 %");
        assertFault(shipped().replace("of-new: 10 %", "of-new: 0.1"), "traces.of-new: \"0.1\"");
        assertFault("a: [", "not YAML");
        assertFault("", "is empty");
    }

    @Test
    void readsAShareOfTraces() throws IOException {
        assertThat(share("100 %")).isEqualTo(1_000_000);
        assertThat(share("12.5%")).isEqualTo(125_000);
        assertThat(share("0.0001 %")).isEqualTo(1);
        assertThat(share("0 %")).isZero();
    }

    private static int share(String text) throws IOException {
        return PolicyFile.parse("policy.yaml", shipped().replace("of-new: 10 %", "of-new: " + text))
                .newTraces()
                .millionths();
    }

    private static void assertFault(String text, String... parts) {
        assertThatThrownBy(() -> PolicyFile.parse("policy.yaml", text))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageContainingAll(parts);
    }

    private static String shipped() throws IOException {
        return Files.readString(Path.of("policy.yaml"));
    }
}

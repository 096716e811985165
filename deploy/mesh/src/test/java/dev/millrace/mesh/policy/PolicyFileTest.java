package dev.millrace.mesh.policy;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.rpc.Deadlines;
import dev.millrace.runtime.ConfigurationFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
                .allSatisfy(
                        route -> assertThat(policy.kinds().get(route.retry())).doesNotContain("reset"));
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
            assertThat(policy.kinds().get(first.retry()))
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

    /** With less, a sidecar would end a prompt that the two ends of the call still want. */
    @Test
    void givesEachStreamTheLongestDeadline() {
        Policy policy = MeshUp.shippedPolicy();

        for (String method : List.of(
                "gateway millrace.gateway.v1.GatewayService/StreamCompletion",
                "gateway millrace.gateway.v1.GatewayService/ResumeCompletion",
                "gateway grpc.health.v1.Health/Watch",
                "local-inference millrace.inference.v1.InferenceService/StreamCompletion",
                "local-inference millrace.inference.v1.ModelService/LoadModel",
                "cloud-relay millrace.inference.v1.InferenceService/StreamCompletion",
                "billing millrace.billing.v1.KeyService/WatchRevocations")) {
            assertThat(deadline(policy, method)).as(method).isEqualTo(policy.longestCall());
        }
        assertThat(policy.longestCall()).isGreaterThan(Deadlines.LONGEST);
    }

    /** The services end their calls first, in their own words. */
    @Test
    void endsNoCallBeforeItsServicesWould() {
        Policy policy = MeshUp.shippedPolicy();

        assertThat(deadline(policy, "classifier millrace.classifier.v1.ClassifierService/ClassifyPrompt"))
                .isGreaterThan(Duration.ofSeconds(10));
        for (String call : List.of("RecordAttempt", "SettleUsage", "ReserveBudget", "ReleaseReservation")) {
            assertThat(deadline(policy, "billing millrace.billing.v1.BillingService/" + call))
                    .as(call)
                    .isBetween(Duration.ofSeconds(6), Duration.ofSeconds(30));
        }
        for (String behind : List.of(
                "billing millrace.billing.v1.UsageService/ListUsage",
                "billing millrace.billing.v1.BillingService/GetBudget",
                "classifier millrace.classifier.v1.ClassifierService/ClassifyPrompt")) {
            assertThat(deadline(policy, behind.replaceFirst("\\S+", "gateway")))
                    .as("at the outer door: " + behind)
                    .isGreaterThan(deadline(policy, behind));
        }
    }

    private static Duration deadline(Policy policy, String method) {
        String[] words = method.split(" ", 2);
        return policy.service(words[0]).routes().stream()
                .filter(route -> words[1].startsWith(route.methods()))
                .findFirst()
                .orElseThrow()
                .calls()
                .deadline();
    }

    @Test
    void aServiceAndARouteSayOnlyWhatDiffers() throws IOException {
        Policy policy = PolicyFile.parse(
                "policy.yaml",
                shipped()
                        .replace("    calls: {deadline: 15s}\n", """
                                calls: {deadline: 15s, silent-at-most: 1m}
                                retries: {tries: 1}
                                breakers:
                                  requests: 7
                                """.indent(4))
                        .replace(
                                "KeyService/CreateKey, retry: unsent}",
                                "KeyService/CreateKey, retry: unsent, deadline: 9s}"));
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

    @Test
    void namesAMisspeltKeyOfOneServiceWithItsLine() throws IOException {
        String breakers = shipped().replace("retries-percent: 50}", "retries-procent: 50}");
        assertFault(
                breakers,
                "services.local-inference.breakers.retries-procent (no such key, did you mean"
                        + " services.local-inference.breakers.retries-percent?)",
                "policy.yaml line " + line(breakers, "retries-procent"));
        String section = shipped().replace("    ejection: {failures: 10", "    ejecton: {failures: 10");
        assertFault(
                section,
                "services.cloud-relay.ejecton (no such key, did you mean services.cloud-relay.ejection?)",
                "policy.yaml line " + line(section, "ejecton"));
        String route = shipped()
                .replace("UsageService/, retry: repeatable, deadline:", "UsageService/, retry: repeatable, dedline:");
        assertFault(
                route,
                "services.billing.routes[5].dedline (no such key, did you mean services.billing.routes[5].deadline?)",
                "policy.yaml line " + line(route, "dedline"));
        assertFault(
                shipped().replace("    calls: {deadline: 30s}", "    retries: {kinds: {unsent: [reset]}}"),
                "services.classifier.retries.kinds (no such key");
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

    @Test
    void namesNoLineOfASectionThatIsNotThere() throws IOException {
        String text = shipped().replaceAll("\nejection:\n(  .*\n)+", "\n");

        assertFault(text, "ejection is missing (expected: as in the policy.yaml that ships)   in policy.yaml");
        assertThatThrownBy(() -> PolicyFile.parse("policy.yaml", text)).hasMessageNotContaining("line");
    }

    @Test
    void saysInWordsWhyAFileCannotBeRead() {
        assertThatThrownBy(() -> PolicyFile.read(Path.of("no-such-policy.yaml")))
                .isInstanceOf(ConfigurationFault.class)
                .hasMessageStartingWith("--policy: no-such-policy.yaml: there is no such file (expected: ")
                .hasMessageNotContaining("Exception");
    }

    /** It has no {@code calls}, and a complaint of that alone would not say where its time went. */
    @Test
    void saysWhatStandsInPlaceOfTheLongestCallOfThePast() throws IOException {
        String text = shipped()
                .replaceAll("\ncalls:\n  deadline: 600s\n(  #.*\n)*  silent-at-most: 600s\n", "\n")
                .replace("  connect-within: 500ms\n", "  connect-within: 500ms\n  longest-call: 900s\n");

        assertThat(text).doesNotContain("\ncalls:");
        assertFault(
                text,
                "connections.longest-call was replaced by the section calls",
                "write calls: {deadline: 600s, silent-at-most: 600s}",
                "policy.yaml line " + line(text, "longest-call"));
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
        assertFault(
                shipped().replace("deadline: 120s}", "deadline: 0s}"),
                "services.billing.routes[5].deadline: \"0s\" (expected: more than nothing");
        assertFault(
                shipped().replace("pending: 512,", "pending: many,"),
                "services.cloud-relay.breakers.pending: \"many\" (expected: a whole number, 1 or more)");
        assertFault("a: [", "not YAML");
        assertFault("", "is empty");
    }

    @Test
    void namesAValueOutsideItsRangeWithItsLine() throws IOException {
        String percent = shipped().replace("percent-max: 50", "percent-max: 150");
        assertFault(
                percent,
                "ejection.percent-max: \"150\" (expected: a whole number, 1 to 100)",
                "policy.yaml line " + line(percent, "percent-max: 150"));
        assertFault(
                shipped().replace("retries-percent: 50}", "retries-percent: 101}"),
                "services.local-inference.breakers.retries-percent: \"101\" (expected: a whole number, 1 to 100)");
        String window = shipped().replace("stream-window: 64 KiB", "stream-window: 1 KiB");
        assertFault(
                window,
                "connections.stream-window: \"1 KiB\" (expected: 65535 B to 2147483647 B)",
                "policy.yaml line " + line(window, "stream-window"));
        assertFault(
                shipped().replace("connection-window: 256 MiB", "connection-window: 2 GiB"),
                "connections.connection-window: \"2 GiB\" (expected: 65535 B to 2147483647 B)");
        String pauses = shipped().replace("pause-max: 250ms", "pause-max: 24ms");
        assertFault(
                pauses,
                "retries.pause-max: \"24ms\" (expected: as long as retries.pause-min, \"25ms\", or longer)",
                "policy.yaml line " + line(pauses, "pause-max: 24ms"));
    }

    /** The other one stands at the top of the file, where nothing is wrong with it. */
    @Test
    void namesTheLineOfTheServiceWhoseValueDoesNotFitTheCommonOne() throws IOException {
        String text =
                shipped().replace("ejection: {failures: 10, at-least: 2s, at-most: 10s}", "ejection: {at-least: 31s}");

        assertFault(
                text,
                "services.cloud-relay.ejection.at-most: \"30s\" (expected: as long as"
                        + " services.cloud-relay.ejection.at-least, \"31s\", or longer)",
                "policy.yaml line " + line(text, "at-least: 31s"));
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

package dev.millrace.mesh.policy;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.rpc.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the policy that ships promises of every call. */
final class ShippedPolicyTest {
    @Test
    void namesEveryServiceAndItsPeers() {
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

    /** Who refuses at once is always the least busy node, and each prompt's first try would go there. */
    @Test
    void leavesANodeThatRefusesAloneAfterNoMoreThanOnePromptsTries() {
        Policy.Limits limits = MeshUp.shippedPolicy().service("local-inference").limits();

        assertThat(limits.ejection().gatewayFailures())
                .isLessThanOrEqualTo(limits.retries().tries());
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
}

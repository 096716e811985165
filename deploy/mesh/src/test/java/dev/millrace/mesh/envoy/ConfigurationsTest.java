package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.mesh.process.Programs;
import dev.millrace.runtime.Home;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class ConfigurationsTest {
    private final Policy policy = MeshUp.shippedPolicy();

    @TempDir
    Path home;

    private Folders folders;
    private Configurations configurations;

    @BeforeEach
    void render() {
        folders = new Folders(new Home(home));
        configurations = new Configurations(policy, folders, Optional.of(URI.create("http://127.0.0.1:4317")));
    }

    @Test
    void isWhatEnvoyAccepts() throws Exception {
        Optional<Path> envoy = Programs.of(System.getenv()).find("envoy");
        Assumptions.assumeTrue(
                envoy.isPresent(),
                "NOT CHECKED: envoy is neither on the PATH nor in the cache; deploy/mesh/install gets it");
        SidecarFiles.make(folders);

        for (Map.Entry<String, String> each : all().entrySet()) {
            Path file = Files.writeString(home.resolve(each.getKey() + ".yaml"), each.getValue());
            Process validation = new ProcessBuilder(
                            envoy.get().toString(),
                            "--mode",
                            "validate",
                            "--disable-hot-restart",
                            "-c",
                            file.toString())
                    .redirectErrorStream(true)
                    .start();
            String words = new String(validation.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(validation.waitFor()).as(each.getKey() + ": " + words).isZero();
        }
    }

    @Test
    void asksForClearanceOnTheWayToTheCloudAlone() {
        assertThat(sidecar("cloud-relay")).contains("x-millrace-clearance").contains("safe_regex");
        assertThat(sidecar("local-inference")).doesNotContain("x-millrace-clearance");
    }

    @Test
    void tellsALostCallFromOneThatWasNeverBegun() {
        assertThat(sidecar("classifier"))
                .as("whoever is called")
                .contains("key: x-millrace-lost")
                .contains("key: x-millrace-unreached");
        assertThat(sidecar("gateway"))
                .as("whoever calls")
                .contains("name: x-millrace-lost")
                .doesNotContainPattern("retry_on: .*,lost");
    }

    @Test
    void provesEachCallerAndPeerByName() {
        assertThat(sidecar("billing"))
                .contains("require_client_certificate: true")
                .contains("exact: spiffe://millrace/gateway")
                .contains("exact: /millrace.billing.v1.BillingService/RecordAttempt");
        assertThat(sidecar("classifier")).doesNotContain("spiffe://millrace/cloud-relay");
    }

    @Test
    void cutsNoCallByTheClockOfARoute() {
        assertThat(sidecar("gateway"))
                .doesNotContain("grpc_timeout_header")
                .doesNotContainPattern("\\n\\s+timeout: [1-9]+s\\n\\s+idle_timeout");
    }

    @Test
    void beginsTracesAtTheOuterDoorAlone() {
        assertThat(configurations.edge(new EdgePorts(9090, 8080)))
                .contains("numerator: 100000")
                .contains("denominator: MILLION")
                .contains("service_name: edge");
        assertThat(sidecar("billing")).contains("numerator: 0").contains("service_name: billing-sidecar");
    }

    @Test
    void beginsAsManyTracesAsThePolicySays() throws Exception {
        String shipped = Files.readString(Path.of("policy.yaml"));
        Policy some = PolicyFile.parse("policy.yaml", shipped.replace("of-new: 10 %", "of-new: 12.5 %"));

        assertThat(new Configurations(some, folders, Optional.of(URI.create("http://127.0.0.1:4317")))
                        .edge(new EdgePorts(9090, 8080)))
                .contains("numerator: 125000");
    }

    @Test
    void knowsNoCollectorWhereThereIsNone() {
        String untraced =
                new Configurations(policy, folders, Optional.empty()).sidecar(new Instance("billing", 1, 7510));

        assertThat(untraced).doesNotContain("collector").doesNotContain("opentelemetry");
    }

    private String sidecar(String service) {
        return configurations.sidecar(new Instance(service, 1, 7510));
    }

    private Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        policy.services().keySet().forEach(service -> all.put(service, sidecar(service)));
        all.put("edge", configurations.edge(new EdgePorts(9090, 8080)));
        return all;
    }
}

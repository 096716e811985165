package dev.millrace.mesh.command;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.MeshPrograms;
import dev.millrace.mesh.envoy.Configurations;
import dev.millrace.mesh.envoy.SidecarFiles;
import dev.millrace.runtime.Home;
import dev.millrace.testing.CapturedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

@Isolated("it takes the output of this process")
final class RenderCommandTest {
    @TempDir
    Path folder;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    private Folders folders = new Folders(new Home(Path.of(".")));

    @BeforeEach
    void putTheHomeIntoTheFolder() {
        folders = new Folders(new Home(folder.resolve("home")));
    }

    @Test
    void writesWhatAMeshGivesItsOwnSidecars() throws Exception {
        assertThat(render("--service", "billing", "--first-port", "7510")).isZero();

        assertThat(written("billing-1"))
                .isEqualTo(new Configurations(MeshUp.shippedPolicy(), folders, Optional.empty())
                        .sidecar(new Instance("billing", 1, 7510)));
        assertThat(told())
                .contains("wrote " + folder.resolve("out/billing-1.yaml"))
                .contains("service 127.0.0.1:7510, sidecar in 127.0.0.1:7511, out 127.0.0.1:7512")
                .contains("reads " + folders.certificates() + ", " + folders.live())
                .contains("make these folders, which it does not make by itself: "
                        + folders.home().logs() + " " + folders.admin())
                .contains("envoy --mode validate -c " + folder.resolve("out/billing-1.yaml"));
    }

    @Test
    void writesWhatEnvoyAccepts() throws Exception {
        Path envoy = MeshPrograms.required("envoy", RenderCommandTest.class);
        SidecarFiles.make(folders);
        String collector = "http://collector:4317";

        assertThat(render(
                        "--service",
                        "gateway",
                        "--instance",
                        "gateway-7f9c",
                        "--listen",
                        "0.0.0.0",
                        "--collector",
                        collector))
                .isZero();
        assertThat(render("--service", "edge", "--listen", "0.0.0.0")).isZero();

        assertThat(written("gateway-7f9c"))
                .contains("id: gateway-7f9c")
                .containsPattern(
                        "name: ingress\\n +address:\\n +socket_address:\\n +address: 0.0.0.0\\n +port_value: 7511")
                .containsPattern(
                        "name: egress\\n +address:\\n +socket_address:\\n +address: 127.0.0.1\\n +port_value: 7512")
                .contains("gateway-7f9c.calls.log");
        SidecarFiles.requireAccepted(envoy, folder.resolve("out/gateway-7f9c.yaml"));
        SidecarFiles.requireAccepted(envoy, folder.resolve("out/edge.yaml"));
    }

    @Test
    void takesAPolicyOfOnesOwn() throws Exception {
        Path own = Files.writeString(
                folder.resolve("own.yaml"),
                Files.readString(Path.of("policy.yaml")).replace("calls: {deadline: 30s}", "calls: {deadline: 29s}"));

        assertThat(render("--service", "gateway", "--policy", own.toString())).isZero();

        assertThat(written("gateway-1")).contains("grpc_timeout_header_max: 29s");
    }

    @Test
    void namesWhatIsWrong() {
        assertThat(render("--service", "biling")).isEqualTo(2);
        assertThat(render("--service", "billing", "--instance", "../x")).isEqualTo(2);
        assertThat(render("--service", "billing", "--collector", "https://collector:4317"))
                .isEqualTo(2);

        assertThat(told())
                .contains("error: the policy has no service biling (expected: one of [gateway,")
                .contains("error: --instance: ../x (expected: ")
                .contains("--collector: https://collector:4317 (expected: http://host:port")
                .doesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    @ParameterizedTest
    @CsvSource({
        "billing, --listen, localhost, '(expected: an IP address'",
        "billing, --listen, 127.1, '(expected: an IP address'",
        "billing, --listen, [::], '(expected: an IP address'",
        "billing, --listen, 999.1.1.1, '(expected: an IP address'",
        "billing, --listen, 0.0.0.256, '(expected: an IP address'",
        "billing, --first-port, 0, '(expected: 1 to 65533)'",
        "billing, --first-port, 65534, '(expected: 1 to 65533)'",
        "gateway, --first-port, 65532, '(expected: 1 to 65531)'",
        "billing, --grpc-port, 9091, is for --service edge",
        "gateway, --http-port, 8081, is for --service edge",
        "edge, --first-port, 7510, is for a sidecar",
        "edge, --grpc-port, 65536, '(expected: 1 to 65535)'",
        "edge, --http-port, -1, '(expected: 1 to 65535)'",
        "edge, --http-port, 9090, is --grpc-port as well",
        "billing, --collector, http://collector:70000, '(expected: http://host:port'"
    })
    void refusesWhatEnvoyWould(String service, String option, String value, String complaint) {
        assertThat(render("--service", service, option + "=" + value)).isEqualTo(2);

        assertThat(told()).contains("error: " + option).contains(complaint).doesNotContain("wrote ");
    }

    @Test
    void takesEachFormOfAnAddress() throws Exception {
        Path envoy = MeshPrograms.required("envoy", RenderCommandTest.class);
        SidecarFiles.make(folders);

        for (String address : List.of("10.0.0.7", "::", "fd00::7")) {
            assertThat(render("--service", "edge", "--listen", address))
                    .as(address)
                    .isZero();
            SidecarFiles.requireAccepted(envoy, folder.resolve("out/edge.yaml"));
        }
        assertThat(told()).contains("gRPC [fd00::7]:9090");
    }

    @Test
    void refusesAHomeInWhichNoSocketCanBeOpened() {
        folders = new Folders(new Home(folder.resolve("h".repeat(100))));

        assertThat(render("--service", "billing")).isEqualTo(2);

        assertThat(told())
                .contains("error: the home's path is too long for a socket: " + folders.admin("billing-1"))
                .contains("Choose a shorter --home");
    }

    private int render(String... options) {
        List<String> line = new ArrayList<>(
                List.of("render", "--home", folders.home().root().toString()));
        line.addAll(List.of("--out", folder.resolve("out").toString()));
        line.addAll(List.of(options));
        return new CommandLine(new MeshCommand()).execute(line.toArray(String[]::new));
    }

    private String told() {
        return output.out() + output.err();
    }

    private String written(String id) throws Exception {
        return Files.readString(folder.resolve("out").resolve(id + ".yaml"));
    }
}

package dev.millrace.mesh.command;

import com.google.gson.JsonParser;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.fleet.CollectorPlace;
import dev.millrace.mesh.fleet.LedgerKind;
import dev.millrace.mesh.fleet.Mesh;
import dev.millrace.mesh.fleet.MeshPlan;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.mesh.process.Programs;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.HomeLock;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A start that is told to end half way: here its Consul never becomes ready. */
@Isolated("writes programs and starts them, which fails while another test starts one")
final class MeshUpTest {
    private static final int PORT_BASE = 24_300;

    @TempDir
    Path folder;

    private Path programs = Path.of(".");
    private final Map<String, String> environment = new HashMap<>();
    private Folders folders = new Folders(new Home(Path.of(".")));

    @BeforeEach
    void makeProgramsThatOnlyWait() throws IOException {
        Assumptions.assumeTrue(
                Programs.of(System.getenv()).find("openssl").isPresent(),
                "NOT CHECKED: no certificates without openssl");
        programs = Files.createDirectories(folder.resolve("programs"));
        folders = new Folders(new Home(folder.resolve("home")).create());
        for (String name : List.of("consul", "consul-template", "envoy")) {
            Path program = Files.writeString(
                    programs.resolve(name),
                    "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 99.0.0; exit; fi\nenv >"
                            + folder.resolve(name + ".env") + "\nexec sleep 600\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void leavesNothingWhereItIsToldToEndWhileItStarts() throws Exception {
        Process up = begin();
        awaitConsul();
        assertThatThrownBy(() -> ControlSocket.ask(folders.socket(), "ps text", line -> {}))
                .hasMessageContaining("still starting, process " + up.pid());
        assertThat(HomeLock.holder(folders.home())).contains(up.pid());
        assertThatThrownBy(() -> Mesh.sweep(folders.home())).hasMessageContaining("process " + up.pid());
        assertThat(up.isAlive()).isTrue();

        up.destroy();

        assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(new Leftovers(folders.processes()).end()).isZero();
        assertThat(words()).doesNotContain("error:");
        try (Stream<Path> left = Files.list(folders.root())) {
            assertThat(left).containsExactly(folders.certificates());
        }
    }

    /** consul-template would speak TLS to the mesh's own Consul, or look into another name space of it. */
    @Test
    void keepsToItselfWhichConsulTheShellMeans() throws Exception {
        Process up = begin();
        awaitConsul();

        assertThat(Files.readString(folder.resolve("consul.env")))
                .contains("SOMETHING_ELSE=kept")
                .doesNotContain("CONSUL_", "VAULT_");

        up.destroy();
        assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void startsNothingWithAPolicyThatEnvoyRefuses() throws Exception {
        Path envoy = Files.writeString(
                programs.resolve("envoy"),
                "#!/bin/sh\necho \"[critical] error initializing configuration: $* is not to my taste\"\nexit 1\n");
        assertThat(Files.isExecutable(envoy)).isTrue();
        Path policy = Files.copy(Path.of("policy.yaml"), folder.resolve("own.yaml"));

        Process up = begin(policy.toString());

        assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isEqualTo(2);
        assertThat(words())
                .contains("error: the policy " + policy
                        + " makes a sidecar of gateway that Envoy refuses: error initializing")
                .contains("--mode validate")
                .contains("is not to my taste");
        assertThat(folder.resolve("consul.env")).doesNotExist();
        assertThat(new Leftovers(folders.processes()).end()).isZero();
        try (Stream<Path> left = Files.list(folders.root())) {
            assertThat(left).containsExactly(folders.certificates());
        }
    }

    @Test
    void writesItsLogInTheFormOfTheServices() throws Exception {
        environment.put("MILLRACE_LOG_FORM", "json");
        try (ServerSocket foreign = new ServerSocket()) {
            foreign.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT_BASE));

            assertThat(begin().waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(words()).contains("error: port " + PORT_BASE + " is taken");
        assertThat(Files.readAllLines(folders.home().logs().resolve("mesh.log")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(JsonParser.parseString(line)
                                .getAsJsonObject()
                                .get("service")
                                .getAsString())
                        .isEqualTo("mesh"));
    }

    private Process begin(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName(),
                folders.home().root().toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("words").toFile());
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        programs + ":" + System.getenv("PATH"),
                        "CONSUL_HTTP_SSL",
                        "true",
                        "CONSUL_NAMESPACE",
                        "team",
                        "VAULT_ADDR",
                        "https://vault",
                        "SOMETHING_ELSE",
                        "kept"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void awaitConsul() {
        Path told = folder.resolve("consul.env");
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(told) && Files.size(told) > 0);
    }

    private String words() throws IOException {
        return Files.readString(folder.resolve("words"));
    }

    /** What {@code up --mesh} does with a plan. */
    static final class Start {
        private Start() {}

        public static void main(String[] folder) throws InterruptedException {
            Home home = new Home(Path.of(folder[0]));
            HomeLock.take(home);
            Optional<Path> own = Stream.of(folder).skip(1).map(Path::of).findFirst();
            MeshPlan plan = new MeshPlan(
                    ServiceSettings.of(home),
                    own.map(PolicyFile::read).orElseGet(MeshUp::shippedPolicy),
                    own,
                    Map.of("gateway", 1),
                    LedgerKind.FILE,
                    "in a file",
                    List.of(),
                    0,
                    0,
                    PORT_BASE,
                    new CollectorPlace.Nowhere());
            try {
                new MeshUp(System.out).run(plan);
            } catch (ConfigurationFault fault) {
                fault.mistakes().forEach(mistake -> System.out.println("error: " + mistake));
                System.exit(2);
            } catch (IllegalStateException failure) {
                ServiceProcess.tell(failure);
                System.out.println("error: " + failure.getMessage());
                System.exit(1);
            }
        }
    }
}

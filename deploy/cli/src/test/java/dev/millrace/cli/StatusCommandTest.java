package dev.millrace.cli;

import dev.millrace.testing.CapturedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static dev.millrace.cli.FakeInstance.run;
import static org.assertj.core.api.Assertions.assertThat;

/** What {@code status} says of an instance; of a mesh, {@link MeshCommandsTest}. */
final class StatusCommandTest {
    @TempDir
    Path home;

    @RegisterExtension
    final CapturedOutput output = new CapturedOutput();

    @RegisterExtension
    final FakeInstance instance = FakeInstance.whole();

    @Test
    void statusSaysNothingOfBackendsWhereTheGatewayDidNot() {
        try (FakeInstance bare = new FakeInstance(new FakeClassifier())) {
            assertThat(run("status", "--address", bare.address())).isEqualTo(3);
        }
        assertThat(output.out())
                .containsPattern("gateway +FAILING")
                .containsPattern("classifier +healthy")
                .containsPattern("local-inference +FAILING +not known: the gateway did not list its models");
    }

    @Test
    void statusHeadsItsAnswersWithTheGatewayThatWasAsked() throws Exception {
        Files.writeString(
                home.resolve("run"), "pid=" + ProcessHandle.current().pid() + "\ngateway.grpc=tcp://127.0.0.1:1\n");

        run("status", "--home", home.toString(), "--address", instance.address());

        assertThat(output.out())
                .startsWith("gRPC " + instance.address() + "\n")
                .doesNotContain("127.0.0.1:1\n", "process");
    }
}

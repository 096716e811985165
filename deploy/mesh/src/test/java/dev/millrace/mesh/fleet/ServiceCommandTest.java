package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ServiceCommandTest {
    /** It would stand on the network beside the outer door, without what that one checks. */
    @Test
    void opensNoInnerDoorBeyondLoopback() {
        Home home = new Home(Path.of("/home"));
        ServiceSettings settings = new ServiceSettings(home, home.configFile(), Map.of("gateway.http.host", "0.0.0.0"));
        ServiceCommand command = new ServiceCommand(settings, MeshUp.shippedPolicy());

        assertThat(command.of(new Instance("gateway", 1, 7510)))
                .contains("--gateway.http.host=127.0.0.1", "--gateway.grpc.listen=tcp://127.0.0.1:7510")
                .doesNotContain("--gateway.http.host=0.0.0.0");
        assertThat(command.of(new Instance("billing", 1, 7510)))
                .noneMatch(word -> word.startsWith("--billing.http.host"));
    }

    /** Each of a dozen processes would else keep several times as much as it uses. */
    @Test
    void takesNetworkBuffersInSmallPieces() {
        Home home = new Home(Path.of("/home"));
        ServiceCommand command =
                new ServiceCommand(new ServiceSettings(home, home.configFile(), Map.of()), MeshUp.shippedPolicy());

        assertThat(command.of(new Instance("local-inference", 1, 7510))).contains("-Dio.netty.allocator.maxOrder=6");
    }

    @Test
    void givesANodeHalfTheRoomForNewObjects() {
        Home home = new Home(Path.of("/home"));
        ServiceCommand command =
                new ServiceCommand(new ServiceSettings(home, home.configFile(), Map.of()), MeshUp.shippedPolicy());

        assertThat(command.of(new Instance("local-inference", 1, 7510)))
                .contains("-Xmn8m")
                .doesNotContain("-Xmn16m");
        assertThat(command.of(new Instance("gateway", 1, 7510))).contains("-Xmn16m");
    }
}

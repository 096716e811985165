package dev.millrace.mesh.command;

import dev.millrace.runtime.Home;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class MeshHealthTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void tellsWhatPsTells() {
        Path socket = folder.resolve("control");

        try (ControlSocket control = ControlSocket.open(socket, (words, line) -> {
            assertThat(words).containsExactly("ps", "json");
            line.accept("[{\"instance\":\"consul\",\"health\":\"running\"},"
                    + "{\"instance\":\"billing-1\",\"health\":\"critical\",\"restarts\":2}]");
        })) {
            assertThat(MeshHealth.of(socket, LONG))
                    .containsExactly(Map.entry("consul", "running"), Map.entry("billing-1", "critical"));
            assertThat(control).isNotNull();
        }
    }

    @Test
    void knowsOfNoneWhereNoMeshRuns() throws IOException {
        assertThat(MeshHealth.of(new Home(folder))).isEmpty();

        Path leftBehind = folder.resolve("control");
        bind(leftBehind).close();

        assertThat(leftBehind).exists();
        assertThat(MeshHealth.of(leftBehind, LONG)).isEmpty();
    }

    @Test
    void handsOnWhyTheMeshRefuses() {
        Path socket = folder.resolve("control");

        try (ControlSocket control = ControlSocket.open(socket, (words, line) -> {
            throw new IllegalStateException("the mesh is still starting");
        })) {
            assertThatThrownBy(() -> MeshHealth.of(socket, LONG)).hasMessage("the mesh is still starting");
            assertThat(control).isNotNull();
        }
    }

    /** As of a process that was stopped: the system takes the question, and nobody reads it. */
    @Test
    void doesNotWaitForeverForASupervisorThatIsStopped() throws IOException {
        Path socket = folder.resolve("control");

        try (ServerSocketChannel silent = bind(socket)) {
            assertThatThrownBy(() -> MeshHealth.of(socket, Duration.ofSeconds(1)))
                    .hasMessageContaining("no answer within 1 s");
            assertThat(silent.isOpen()).isTrue();
        }
    }

    private static ServerSocketChannel bind(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return server;
    }
}

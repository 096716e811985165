package dev.millrace.mesh.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ControlSocketTest {
    @TempDir
    Path folder;

    @Test
    void answersInLines() {
        Path path = folder.resolve("control");
        List<String> lines = new ArrayList<>();

        try (ControlSocket socket = ControlSocket.open(path, (words, line) -> words.forEach(line))) {
            ControlSocket.ask(path, "scale local-inference 3", lines::add);
            assertThat(socket).isNotNull();
        }

        assertThat(lines).containsExactly("scale", "local-inference", "3");
        assertThat(path).doesNotExist();
    }

    @Test
    void handsOnARefusalInTheMeshsOwnWords() {
        Path path = folder.resolve("control");

        try (ControlSocket socket = ControlSocket.open(path, (words, line) -> {
            throw new IllegalArgumentException("service: " + words.getFirst() + " (expected: billing)");
        })) {
            assertThatThrownBy(() -> ControlSocket.ask(path, "biling", line -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("service: biling (expected: billing)");
            assertThat(socket).isNotNull();
        }
    }

    @Test
    void tellsAWrongQuestionFromOneThatFailed() {
        Path path = folder.resolve("control");

        try (ControlSocket socket = ControlSocket.open(path, (words, line) -> {
            throw new IllegalStateException("billing-2 ended with 1");
        })) {
            assertThatThrownBy(() -> ControlSocket.ask(path, "scale billing 2", line -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("billing-2 ended with 1");
            assertThat(socket).isNotNull();
        }
    }

    @Test
    void saysWhenNoMeshRuns() {
        assertThatThrownBy(() -> ControlSocket.ask(folder.resolve("control"), "ps", line -> {}))
                .hasMessageContaining("no mesh runs here")
                .hasMessageContaining("millrace up --mesh");
    }
}

package dev.millrace.mesh.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class ServiceLogsTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    @Test
    void followsInstancesThatAreAddedMeanwhile() throws IOException {
        Files.writeString(folder.resolve("gateway-1.log"), "one\ntwo\n");
        Files.writeString(folder.resolve("billing-1.log"), "another's\n");
        ServiceLogs logs = logs("gateway");

        assertThat(logs.last(1)).isTrue();
        Files.writeString(folder.resolve("gateway-1.log"), "three\n", StandardOpenOption.APPEND);
        Files.writeString(folder.resolve("gateway-2.log"), "new\n");
        Files.writeString(folder.resolve("gateway-2.sidecar.log"), "beside it\n");
        logs.fresh();
        logs.fresh();

        assertThat(lines)
                .containsExactly(
                        "gateway-1 | two", "gateway-1 | three", "gateway-2 | new", "gateway-2.sidecar | beside it");
    }

    @Test
    void takesANameAsItIsTyped() throws IOException {
        Files.writeString(folder.resolve("gateway-1.log"), "one\n");

        assertThat(logs("gatewa.").last(20)).isFalse();
        assertThat(logs("a[").last(20)).isFalse();
        assertThat(lines).isEmpty();
    }

    @Test
    void hasNothingWhereNothingEverRan() throws IOException {
        ServiceLogs logs = new ServiceLogs(folder.resolve("logs"), "gateway", false, lines::add);

        assertThat(logs.last(20)).isFalse();
        logs.fresh();
        assertThat(lines).isEmpty();
    }

    private ServiceLogs logs(String name) {
        return new ServiceLogs(folder, name, false, lines::add);
    }
}

package dev.millrace.telemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class SpanFileTest {
    /** No system gives out so many. */
    private static final int NO_PROCESS = 2_000_000_000;

    @TempDir
    Path folder;

    @Test
    void keepsTheLastOfTheProcessesThatHaveEnded() throws IOException {
        for (int i = 0; i < 7; i++) {
            write("billing-" + (NO_PROCESS + i) + ".jsonl", i);
        }
        write("billing-" + ProcessHandle.current().pid() + ".jsonl", 0);
        write("gateway-" + NO_PROCESS + ".jsonl", 0);
        write("collector.jsonl", 0);

        assertThat(SpanFile.in(folder, "billing")).isNotNull();

        assertThat(names())
                .containsExactlyInAnyOrder(
                        "billing-" + (NO_PROCESS + 3) + ".jsonl",
                        "billing-" + (NO_PROCESS + 4) + ".jsonl",
                        "billing-" + (NO_PROCESS + 5) + ".jsonl",
                        "billing-" + (NO_PROCESS + 6) + ".jsonl",
                        "billing-" + ProcessHandle.current().pid() + ".jsonl",
                        "collector.jsonl",
                        "gateway-" + NO_PROCESS + ".jsonl");
    }

    @Test
    void beginsWhereNoFolderIsYet() {
        assertThat(SpanFile.in(folder.resolve("traces"), "billing")).isNotNull();
    }

    private void write(String name, int age) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "{}\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L + age * 1000L));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

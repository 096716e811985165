package dev.millrace.mesh.command;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class FileTailTest {
    @TempDir
    Path folder;

    private final List<String> seen = new ArrayList<>();

    @Test
    void showsTheEndOfAFileThatFitsNoMemory() throws Exception {
        Path file = folder.resolve("huge.log");
        Files.writeString(file, "first\n");
        try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
            // Sparse: a gigabyte that takes no room.
            writer.seek(1L << 30);
            writer.writeBytes("\none\ntwo\nthree\n");
        }

        FileTail tail = new FileTail(file, seen::add);
        tail.last(2);
        assertThat(seen).containsExactly("two", "three");

        Files.writeString(file, "four\nfi", StandardOpenOption.APPEND);
        tail.fresh();
        Files.writeString(file, "ve\n", StandardOpenOption.APPEND);
        tail.fresh();
        assertThat(seen).containsExactly("two", "three", "four", "five");
    }

    @Test
    void showsAllOfAFileThatIsShorterThanAsked() throws Exception {
        Path file = Files.writeString(folder.resolve("short.log"), "one\ntwo\n");

        new FileTail(file, seen::add).last(20);

        assertThat(seen).containsExactly("one", "two");
    }

    @Test
    void goesOnWithAFileThatWasBegunAnew() throws Exception {
        Path file = Files.writeString(folder.resolve("cut.log"), "one\ntwo\n");
        FileTail tail = new FileTail(file, seen::add);
        tail.last(1);

        Files.delete(file);
        tail.fresh();
        Files.writeString(file, "new\n");
        tail.fresh();

        assertThat(seen).containsExactly("two", "new");
    }
}

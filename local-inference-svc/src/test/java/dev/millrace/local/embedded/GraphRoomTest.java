package dev.millrace.local.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@EnabledOnOs(OS.LINUX)
final class GraphRoomTest {
    private static final String MODEL = "millrace-starter";

    @TempDir
    static Path cache;

    private final LlamaEngine engine = new LlamaEngine(new EmbeddedConfig(true, MODEL, "", 4, 1, 0, 0.0), cache);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aLoadedModelKeepsNoneThatItDoesNotUse() throws Exception {
        engine.load(MODEL, fraction -> {});

        assertThat(GraphRoom.giveBack()).isZero();
    }

    /** The engine keeps the room of the first. */
    @Test
    void norDoesOneThatIsLoadedAgain() throws Exception {
        engine.load(MODEL, fraction -> {});
        engine.unload(MODEL);
        long before = residentBytes();
        engine.load(MODEL, fraction -> {});

        assertThat(GraphRoom.giveBack()).isZero();
        assertThat(residentBytes() - before).isLessThan(24L << 20);
    }

    /** A memory that is too large to be counted, native access that is denied, a file that may not be read. */
    @Test
    void aModelIsLoadedAllTheSameWhereNothingCanBeGivenBack() {
        for (Exception unlike : List.of(
                new ArithmeticException(),
                new IllegalCallerException(),
                new IllegalStateException(),
                new IOException())) {
            assertThat(GraphRoom.orNothing(() -> {
                        throw unlike;
                    }))
                    .isZero();
        }
    }

    private static long residentBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Anonymous:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        }
    }
}

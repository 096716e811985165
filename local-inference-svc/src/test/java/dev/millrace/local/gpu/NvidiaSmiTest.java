package dev.millrace.local.gpu;

import dev.millrace.local.GpuLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/** Against a stand-in for the program that says what the real one says. */
class NvidiaSmiTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void addsMemoryAndAveragesTheLastTenSecondsOfEveryGpu() throws IOException {
        Path said = Files.writeString(
                folder.resolve("said"),
                "0, 100, 900, 1000\n".repeat(5) + "0, 20, 300, 1000\n".repeat(10) + "1, 40, 100, 2000\n".repeat(10));

        try (NvidiaSmi smi = NvidiaSmi.watch(List.of("sh", "-c", "cat '" + said + "'; exec sleep 600"))) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(smi.load()).hasValueSatisfying(load -> {
                        assertThat(load.utilization().orElseThrow()).isCloseTo(0.3, within(1e-9));
                        assertThat(load.vramUsedBytes()).isEqualTo(400 * MIB);
                        assertThat(load.vramTotalBytes()).isEqualTo(3000 * MIB);
                    }));
        }
    }

    @Test
    void aGpuThatDoesNotTellItsUtilisationTellsItsMemory() {
        try (NvidiaSmi smi = NvidiaSmi.watch(List.of("sh", "-c", "echo '0, [N/A], 300, 1000'; exec sleep 600"))) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(smi.load())
                            .contains(new GpuLoad(OptionalDouble.empty(), 300 * MIB, 1000 * MIB)));
        }
    }

    @Test
    void withoutTheProgramThereIsNothingToTell() {
        try (NvidiaSmi smi =
                NvidiaSmi.watch(List.of(folder.resolve("no-such-program").toString()))) {
            assertThat(smi.load()).isEmpty();
        }
    }

    @Test
    void whatWasToldIsForgottenOnceTheProgramEnds() throws IOException {
        Path gate = folder.resolve("gate");
        String script = "echo '0, 20, 300, 1000'; while [ ! -e '" + gate + "' ]; do sleep 0.05; done";

        try (NvidiaSmi smi = NvidiaSmi.watch(List.of("sh", "-c", script))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> smi.load().isPresent());
            Files.createFile(gate);
            await().atMost(Duration.ofSeconds(30)).until(smi::load, Optional::isEmpty);
        }
    }
}

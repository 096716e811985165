package dev.millrace.runtime;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class HomeLockTest {
    @TempDir
    Path folder;

    private Home home = new Home(Path.of("."));

    @BeforeEach
    void makeHome() {
        home = new Home(folder).create();
    }

    @Test
    void isOneProcessesUntilItIsGone() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader words = other.inputReader()) {
            assertThat(words.readLine()).isEqualTo("held");

            assertThat(HomeLock.holder(home)).contains(other.pid());
            assertThatThrownBy(() -> HomeLock.take(home))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("process " + other.pid())
                    .hasMessageContaining(folder.toString());
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(HomeLock.holder(home)).isEmpty();
        HomeLock.take(home).close();
    }

    @Test
    void isNotTakenTwiceByOneProcessAndCanBeGivenBack() {
        try (HomeLock first = HomeLock.take(home)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> HomeLock.take(home)).isInstanceOf(IllegalStateException.class);
        }
        HomeLock.take(home).close();
        assertThat(HomeLock.holder(home)).isEmpty();
    }

    @Test
    void leavesAFolderAloneInWhichNothingEverRan() {
        assertThat(HomeLock.takeAgain(home)).isEmpty();
        assertThat(folder.resolve("lock")).doesNotExist();

        HomeLock.take(home).close();

        HomeLock.takeAgain(home).orElseThrow().close();
    }

    @Test
    void readsNothingIntoADamagedFile() throws Exception {
        Files.write(folder.resolve("lock"), new byte[64]);

        assertThat(HomeLock.holder(home)).isEmpty();
        HomeLock.take(home).close();
    }

    /** A process that holds a home until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] folder) throws InterruptedException {
            HomeLock lock = HomeLock.take(new Home(Path.of(folder[0])));
            System.out.println("held");
            Thread.sleep(600_000);
            lock.close();
        }
    }
}

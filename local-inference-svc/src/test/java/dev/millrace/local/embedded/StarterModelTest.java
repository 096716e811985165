package dev.millrace.local.embedded;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

final class StarterModelTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long HEAP_BYTES_MAX = 1 << 20;
    private static final long FILE_BYTES_MAX = 4_000_000;

    @TempDir
    Path cache;

    @Test
    void hasNoMoreThanFourMegabytes() throws IOException {
        assertThat(Files.size(StarterModel.fileIn(cache))).isLessThanOrEqualTo(FILE_BYTES_MAX);
    }

    /** Of the room that it would take for a moment, an idle process would keep the most. */
    @Test
    void isNeverAsAWholeInTheHeap() throws IOException {
        long atFirst = allocatedByLooking();
        long thereAlready = allocatedByLooking();

        assertThat(Files.size(StarterModel.fileIn(cache))).isGreaterThan(3 * HEAP_BYTES_MAX);
        assertThat(atFirst).isLessThan(HEAP_BYTES_MAX);
        assertThat(thereAlready).isLessThan(HEAP_BYTES_MAX);
    }

    private long allocatedByLooking() throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        StarterModel.fileIn(cache);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}

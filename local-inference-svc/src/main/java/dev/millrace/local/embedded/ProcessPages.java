package dev.millrace.local.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * This process's memory as Linux shows it below {@code /proc/self}. Nothing is read by its address: what another thread hands
 * back meanwhile is an IOException and not the end of the process. For one thread.
 */
final class ProcessPages implements AutoCloseable {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Path MEMORY = Path.of("/proc/self/mem");
    private static final Path PAGE_MAP = Path.of("/proc/self/pagemap");
    /** Addresses, rights, offset, device, file number and, where there is one, the file. */
    private static final String ANONYMOUS = "[0-9a-f]+-[0-9a-f]+ rw-p 0+ 00:00 0 *";

    private final int pageBytes;
    private final FileChannel memory;
    private final FileChannel pageMap;
    /** What was read last, a page at most. */
    private final ByteBuffer piece;

    private final ByteBuffer zeros;

    private ProcessPages(int pageBytes, FileChannel memory, FileChannel pageMap) {
        this.pageBytes = pageBytes;
        this.memory = memory;
        this.pageMap = pageMap;
        this.piece = ByteBuffer.allocateDirect(pageBytes).order(ByteOrder.nativeOrder());
        this.zeros = ByteBuffer.allocateDirect(pageBytes);
    }

    static ProcessPages open(int pageBytes) throws IOException {
        FileChannel memory = FileChannel.open(MEMORY);
        try {
            return new ProcessPages(pageBytes, memory, FileChannel.open(PAGE_MAP));
        } catch (IOException refused) {
            memory.close();
            throw refused;
        }
    }

    /** What was allocated with at least so many bytes, the highest addresses first, where the C library's large pieces are. */
    List<Range> allocated(long bytesMin) throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.matches(ANONYMOUS))
                    .map(Range::parse)
                    .filter(range -> range.bytes() >= bytesMin)
                    .toList()
                    .reversed();
        }
    }

    /** By their numbers in the range, the pages that take memory. */
    BitSet resident(Range range) throws IOException {
        int count = Math.toIntExact(range.bytes() / pageBytes);
        BitSet resident = new BitSet(count);
        for (int page = 0; page < count; ) {
            long entry = range.start() / pageBytes + page;
            read(pageMap, entry * Long.BYTES, Math.min(pageBytes, (count - page) * Long.BYTES));
            while (piece.hasRemaining()) {
                // The highest bit of an entry says that the page is present.
                resident.set(page++, piece.getLong() < 0);
            }
        }
        return resident;
    }

    long word(long address) throws IOException {
        read(memory, address, Long.BYTES);
        return piece.getLong();
    }

    boolean isZero(long pageAddress) throws IOException {
        read(memory, pageAddress, pageBytes);
        return piece.equals(zeros);
    }

    private void read(FileChannel file, long from, int bytes) throws IOException {
        piece.clear().limit(bytes);
        while (piece.hasRemaining()) {
            if (file.read(piece, from + piece.position()) < 0) {
                throw new IOException("no " + bytes + " bytes at " + Long.toHexString(from));
            }
        }
        piece.flip();
    }

    @Override
    public void close() throws IOException {
        try (memory) {
            pageMap.close();
        }
    }

    /** Addresses that belong together, the end excluded. */
    record Range(long start, long end) {
        static Range parse(String line) {
            int dash = line.indexOf('-');
            return new Range(
                    Long.parseUnsignedLong(line, 0, dash, 16),
                    Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16));
        }

        long bytes() {
            return end - start;
        }
    }
}

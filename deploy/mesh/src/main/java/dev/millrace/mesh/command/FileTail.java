package dev.millrace.mesh.command;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The end of one file, however long, read on as it grows. */
final class FileTail {
    private static final int BLOCK_BYTES = 1 << 16;
    /** A longer line is shown in parts. */
    private static final int READ_BYTES_MAX = 1 << 20;

    private final Path file;
    private final Consumer<String> line;
    private long offset;

    FileTail(Path file, Consumer<String> line) {
        this.file = file;
        this.line = line;
    }

    /** Hands on the last lines, each of them whole. */
    void last(int lines) throws IOException {
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            offset = startOfLast(reader, lines);
        }
        fresh();
    }

    /** Where so many lines before the end begin, looked for from the end. */
    private static long startOfLast(RandomAccessFile reader, int lines) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        long end = reader.length();
        int ends = 0;
        while (end > 0) {
            int size = (int) Math.min(BLOCK_BYTES, end);
            reader.seek(end - size);
            reader.readFully(block, 0, size);
            for (int i = size - 1; i >= 0; i--) {
                // The last line's own end is the first that is met.
                if (block[i] == '\n' && ends++ == lines) {
                    return end - size + i + 1;
                }
            }
            end -= size;
        }
        return 0;
    }

    /** Hands on what was written since, whole lines alone; a file that became shorter was begun anew. */
    void fresh() throws IOException {
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            offset = reader.length() < offset ? 0 : offset;
            byte[] bytes = new byte[READ_BYTES_MAX];
            for (int size = read(reader, bytes); size > 0; size = read(reader, bytes)) {
                int whole = size;
                while (whole > 0 && bytes[whole - 1] != '\n') {
                    whole--;
                }
                if (whole == 0 && size < READ_BYTES_MAX) {
                    return;
                }
                whole = whole == 0 ? size : whole;
                offset += whole;
                new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().forEach(line);
            }
        } catch (FileNotFoundException moved) {
            offset = 0;
        }
    }

    private int read(RandomAccessFile reader, byte[] bytes) throws IOException {
        reader.seek(offset);
        return reader.read(bytes);
    }
}

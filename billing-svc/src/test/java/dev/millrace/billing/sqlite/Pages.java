package dev.millrace.billing.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Breaks a file of SQLite as a disk does. */
final class Pages {
    static final int BYTES = 4096;

    private Pages() {}

    /** Overwrites the head of a page, counted from 1 as SQLite does. */
    static void overwrite(Path path, long page) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {9, 9, 9, 9, 9, 9, 9, 9}), (page - 1) * BYTES);
        }
    }
}

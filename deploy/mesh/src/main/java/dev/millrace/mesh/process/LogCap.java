package dev.millrace.mesh.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps within a size what sidecars and programs write: a file that has grown too long goes on as {@code NAME.1}, in place of
 * the one before, and is begun anew. Services look after their own logs.
 */
public final class LogCap {
    /** What follows the name of a file that was ended. */
    public static final String OLDER = ".1";

    private static final Logger LOG = LoggerFactory.getLogger(LogCap.class);
    private static final String CALLS = ".calls.log";
    /** What a process says to the console, which it cannot be told to open again. */
    private static final Pattern WORDS =
            Pattern.compile(".+\\.(out|sidecar)\\.log|(consul|consul-template|postgresql|collector)\\.log");

    private final Path logs;
    private final long bytesMax;
    private final Reopen reopen;

    /** Tells a sidecar to open its record of calls again. */
    @FunctionalInterface
    public interface Reopen {
        void reopen(String sidecar) throws IOException;
    }

    public LogCap(Path logs, long bytesMax, Reopen reopen) {
        this.logs = logs;
        this.bytesMax = bytesMax;
        this.reopen = reopen;
    }

    /** Looks at every file once. */
    public void look() {
        for (Path file : files()) {
            String name = String.valueOf(file.getFileName());
            try {
                if (name.endsWith(CALLS) && Files.size(file) > bytesMax) {
                    Files.move(file, older(file), StandardCopyOption.REPLACE_EXISTING);
                    reopen.reopen(sidecar(name));
                } else if (WORDS.matcher(name).matches() && Files.size(file) > bytesMax) {
                    cut(file);
                } else if (name.endsWith(CALLS + OLDER) && !Files.exists(newer(file))) {
                    // Its sidecar was away when the record was moved, or has had nothing to write since.
                    reopen.reopen(sidecar(name));
                }
            } catch (IOException failure) {
                LOG.atDebug().addKeyValue("file", name).setCause(failure).log("not shortened, or not opened again yet");
            }
        }
    }

    private static String sidecar(String name) {
        return name.substring(0, name.indexOf(CALLS));
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.list(logs)) {
            return all.toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The process goes on writing at the end of the same file, which is its beginning from now on. */
    private static void cut(Path file) throws IOException {
        Files.copy(file, older(file), StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    private static Path older(Path file) {
        return file.resolveSibling(file.getFileName() + OLDER);
    }

    private static Path newer(Path older) {
        String name = String.valueOf(older.getFileName());
        return older.resolveSibling(name.substring(0, name.length() - OLDER.length()));
    }
}

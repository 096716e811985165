package dev.millrace.runtime;

import dev.millrace.rpc.ProcessBirth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A home belongs to one process at a time: the one that starts there, from its first line on, and then runs. The system takes the
 * lock back from a process that ends, however it ends. The file stays, with the words of the last holder.
 *
 * <p>INVARIANT: the holder opens the file no second time; to close that again would give the lock away.
 */
public final class HomeLock implements AutoCloseable {
    private static final String FILE = "lock";
    /** What nobody refers to is closed. */
    private static final Set<HomeLock> HELD = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it until this process ends.
     *
     * @throws IllegalStateException when another process has it, which is named
     */
    public static HomeLock take(Home home) {
        try {
            HomeLock lock = new HomeLock(FileChannel.open(
                    file(home), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            if (!isFree(lock.channel)) {
                lock.channel.close();
                throw new IllegalStateException(complaint(home, holder(home)));
            }
            lock.write();
            HELD.add(lock);
            return lock;
        } catch (IOException failure) {
            throw new UncheckedIOException(file(home) + " cannot be written: " + failure.getMessage(), failure);
        }
    }

    /** The same where a process ever had it: a folder in which nothing ever ran is left as it is. */
    public static Optional<HomeLock> takeAgain(Home home) {
        return Files.isWritable(file(home)) ? Optional.of(take(home)) : Optional.empty();
    }

    private static Path file(Home home) {
        return home.root().resolve(FILE);
    }

    /** A file system that knows no locks forbids nobody to start. */
    private static boolean isFree(FileChannel channel) {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException ours) {
            return false;
        } catch (IOException noLocks) {
            return true;
        }
    }

    private static String complaint(Home home, Optional<Long> holder) {
        return "a Millrace is starting or ending in " + home.root()
                + holder.map(pid -> ", process " + pid).orElse("")
                + ". Wait for it, end it with `millrace down`, or start this one in another place with --home";
    }

    private void write() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        String text = "pid=" + self.pid() + "\n"
                + ProcessBirth.of(self.pid()).map(born -> "born=" + born + "\n").orElse("")
                + self.info()
                        .startInstant()
                        .map(start -> "started=" + start + "\n")
                        .orElse("");
        channel.truncate(0);
        int _ = channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** The living process that took it last; not to be asked by the holder. */
    public static Optional<Long> holder(Home home) {
        try {
            Map<String, String> lines = Files.readAllLines(file(home)).stream()
                    .map(line -> line.split("=", 2))
                    .filter(parts -> parts.length == 2)
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, second) -> second));
            long pid = Long.parseLong(String.valueOf(lines.get("pid")));
            return ProcessHandle.of(pid)
                    .filter(process ->
                            Home.isJava(process) && ProcessBirth.isOf(process, lines.get("born"), lines.get("started")))
                    .map(ProcessHandle::pid);
        } catch (IOException | NumberFormatException | DateTimeParseException nobody) {
            return Optional.empty();
        }
    }

    /** Gives it back before this process ends. */
    @Override
    public void close() {
        try {
            HELD.remove(this);
            channel.truncate(0);
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package dev.millrace.mesh.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Remembers in a file which processes were started, so that those of a supervisor that was killed can be ended. A number that
 * belongs to another process by now is told by its time of start.
 */
public final class Leftovers {
    private final Path file;

    public Leftovers(Path file) {
        this.file = file;
    }

    /** Writes a process down. */
    public synchronized void add(Child child) {
        ProcessHandle.of(child.pid()).flatMap(Leftovers::mark).ifPresent(mark -> {
            try {
                Files.writeString(file, mark + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    /** Ends by force what still runs of what was written down, and forgets it; returns how many there were. */
    public synchronized int end() {
        try {
            List<ProcessHandle> left = Files.readAllLines(file).stream()
                    .flatMap(line -> running(line).stream())
                    .toList();
            left.forEach(ProcessHandle::destroyForcibly);
            left.forEach(process -> process.onExit().join());
            Files.delete(file);
            return left.size();
        } catch (NoSuchFileException none) {
            return 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Optional<ProcessHandle> running(String mark) {
        return ProcessHandle.of(Long.parseLong(mark.split(" ", 2)[0]))
                .filter(process -> mark(process).filter(mark::equals).isPresent());
    }

    private static Optional<String> mark(ProcessHandle process) {
        return process.info().startInstant().map(start -> process.pid() + " " + start.toEpochMilli());
    }
}

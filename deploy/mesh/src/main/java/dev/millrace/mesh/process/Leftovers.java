package dev.millrace.mesh.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the processes of a mesh whose supervisor was killed or went astray, so that they can be ended: by a file in which they
 * were written down, and by a mark in the environment that each of them was given and handed on to its own. A number that
 * belongs to another process by now is told by its time of start.
 */
public final class Leftovers {
    /** The variable that every process of a mesh has; its value is the mesh's own file. */
    static final String MARK = "MILLRACE_MESH";

    private static final Path PROCESSES = Path.of("/proc");
    /** Of those that are asked, the slowest finishes what it writes down. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** One that is being started while the others are ended is found the next time. */
    private static final int LOOKS_MAX = 5;

    private final Path file;

    public Leftovers(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /** Starts a process of this mesh, marked and written down. */
    public Child start(String name, List<String> command, Map<String, String> more, Path log) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put(MARK, file.toString());
        Child child = Child.start(name, command, environment, log);
        ProcessHandle.of(child.pid()).ifPresent(this::add);
        return child;
    }

    /** Writes the supervisor down, which has no mark. */
    public void addSelf() {
        add(ProcessHandle.current());
    }

    private synchronized void add(ProcessHandle process) {
        stamp(process).ifPresent(stamp -> {
            try {
                Files.createDirectories(file.resolveSibling("."));
                Files.writeString(file, stamp + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    /** Ends what still runs, first with a word and then by force, and forgets it; returns how many there were. */
    public synchronized int end() {
        int ended = 0;
        for (int look = 0; look < LOOKS_MAX; look++) {
            List<ProcessHandle> left = running();
            if (left.isEmpty()) {
                break;
            }
            ended += left.size();
            left.forEach(ProcessHandle::destroy);
            if (!haveEnded(left)) {
                left.forEach(ProcessHandle::destroyForcibly);
                haveEnded(left);
            }
        }
        try {
            Files.deleteIfExists(file);
            return ended;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean haveEnded(List<ProcessHandle> processes) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (processes.stream().anyMatch(Leftovers::runs)) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** One that has ended and of which its parent has not taken note is there and does not run. */
    static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String state = Files.readString(
                    PROCESSES.resolve(Long.toString(process.pid())).resolve("stat"), StandardCharsets.ISO_8859_1);
            return state.charAt(state.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException noSuchFolder) {
            return process.isAlive();
        }
    }

    /** Each once, without the process that asks. */
    private List<ProcessHandle> running() {
        Map<Long, ProcessHandle> found = new LinkedHashMap<>();
        Stream.concat(writtenDown(), marked())
                .filter(process -> runs(process)
                        && process.pid() != ProcessHandle.current().pid())
                .forEach(process -> found.put(process.pid(), process));
        return List.copyOf(found.values());
    }

    private Stream<ProcessHandle> writtenDown() {
        try {
            return Files.readAllLines(file).stream().flatMap(line -> Leftovers.running(line).stream());
        } catch (NoSuchFileException none) {
            return Stream.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Optional<ProcessHandle> running(String stamp) {
        return ProcessHandle.of(Long.parseLong(stamp.split(" ", 2)[0]))
                .filter(process -> stamp(process).filter(stamp::equals).isPresent());
    }

    private static Optional<String> stamp(ProcessHandle process) {
        return process.info().startInstant().map(start -> process.pid() + " " + start.toEpochMilli());
    }

    /** Where the system tells of environments; a process of another user's is not one of ours. */
    private Stream<ProcessHandle> marked() {
        byte[] wanted = (MARK + "=" + file + "\0").getBytes(StandardCharsets.UTF_8);
        return ProcessHandle.allProcesses().filter(process -> {
            try {
                return contains(
                        Files.readAllBytes(
                                PROCESSES.resolve(Long.toString(process.pid())).resolve("environ")),
                        wanted);
            } catch (IOException goneOrNotOurs) {
                return false;
            }
        });
    }

    private static boolean contains(byte[] variables, byte[] wanted) {
        return ("\0" + new String(variables, StandardCharsets.ISO_8859_1))
                .contains("\0" + new String(wanted, StandardCharsets.ISO_8859_1));
    }
}

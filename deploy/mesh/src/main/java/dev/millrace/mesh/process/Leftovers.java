package dev.millrace.mesh.process;

import dev.millrace.rpc.ProcessBirth;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the processes of a mesh whose supervisor was killed or went astray, so that they can be ended: by a file in which they
 * were written down, and by a mark in the environment that each of them was given and handed on to its own. A number that
 * belongs to another process by now is told by its time of start.
 */
public final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    /** The variable that every process of a mesh has; its value is the mesh's own file. */
    static final String MARK = "MILLRACE_MESH";

    private static final Path PROCESSES = Path.of("/proc");
    /** Of those that are asked, the slowest finishes what it writes down. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** One that is being started while the others are ended is found the next time. */
    private static final int LOOKS_MAX = 5;

    /** A process as it was written down: its number, and when it began, by {@link ProcessBirth} or in milliseconds. */
    private static final Pattern STAMP = Pattern.compile("([0-9]{1,10}) (\\S{1,80})");

    private final Path file;
    /** Guarded by this. */
    private boolean closed;

    /** Of damage in the file; guarded by this. */
    private boolean told;

    public Leftovers(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /**
     * Starts a process of this mesh, marked and written down.
     *
     * @throws Closed when no more are to be started
     */
    public synchronized Child start(String name, List<String> command, Map<String, String> more, Path log) {
        requireOpen();
        Map<String, String> environment = new HashMap<>(more);
        environment.put(MARK, file.toString());
        Child child = Child.start(name, command, environment, log);
        try {
            ProcessHandle.of(child.pid()).ifPresent(this::add);
            return child;
        } catch (UncheckedIOException notWrittenDown) {
            child.stop(Duration.ZERO);
            throw notWrittenDown;
        }
    }

    /**
     * The same for a program of which the end is waited for: it is marked alone.
     *
     * @throws Closed when no more are to be started
     */
    public synchronized Process start(ProcessBuilder builder) throws IOException {
        requireOpen();
        builder.environment().put(MARK, file.toString());
        return builder.start();
    }

    private void requireOpen() {
        if (closed) {
            throw new Closed();
        }
    }

    /** From now on nothing is started, not even again. */
    public synchronized void close() {
        closed = true;
    }

    /** Says to whom wanted to start a process that all of them are being ended. */
    public static final class Closed extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Closed() {
            super("the mesh is being ended");
        }
    }

    /** How many run. */
    public synchronized int count() {
        return running().size();
    }

    /** What this variable says in each process that runs, sorted; nothing where the system does not tell of environments. */
    public List<String> values(String variable) {
        Pattern value = Pattern.compile("\0" + Pattern.quote(variable) + "=([^\0]*)");
        return marked().filter(Leftovers::runs)
                .flatMap(process -> value.matcher(environment(process)).results())
                .map(found -> found.group(1))
                .distinct()
                .sorted()
                .toList();
    }

    /** Writes the supervisor down, which has no mark. */
    public void addSelf() {
        add(ProcessHandle.current());
    }

    private synchronized void add(ProcessHandle process) {
        births(process).findFirst().ifPresent(birth -> {
            try {
                Files.createDirectories(file.resolveSibling("."));
                Files.writeString(
                        file, process.pid() + " " + birth + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            long bad = lines.stream()
                    .filter(line -> !STAMP.matcher(line).matches())
                    .count();
            if (bad > 0 && !told) {
                told = true;
                LOG.atWarn()
                        .addKeyValue("lines", bad)
                        .addKeyValue("file", file)
                        .log("lines that name no process are left out; what they meant is looked for by its mark");
            }
            return lines.stream().flatMap(line -> Leftovers.running(line).stream());
        } catch (NoSuchFileException none) {
            return Stream.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Optional<ProcessHandle> running(String line) {
        Matcher stamp = STAMP.matcher(line);
        return stamp.matches()
                ? ProcessHandle.of(Long.parseLong(stamp.group(1)))
                        .filter(process -> births(process).anyMatch(stamp.group(2)::equals))
                : Optional.empty();
    }

    /** In the words that are written down, the best first; by the last of them where an earlier version wrote. */
    private static Stream<String> births(ProcessHandle process) {
        return Stream.concat(
                ProcessBirth.of(process.pid()).stream(),
                process.info().startInstant().map(start -> Long.toString(start.toEpochMilli())).stream());
    }

    /** Where the system tells of environments; a process of another user's is not one of ours. */
    private Stream<ProcessHandle> marked() {
        byte[] mark = ("\0" + MARK + "=" + file + "\0").getBytes(StandardCharsets.UTF_8);
        String wanted = new String(mark, StandardCharsets.ISO_8859_1);
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(wanted));
    }

    /** Its variables, each between two zeros, byte by byte; nothing of one that is gone or not ours. */
    private static String environment(ProcessHandle process) {
        try {
            byte[] variables = Files.readAllBytes(
                    PROCESSES.resolve(Long.toString(process.pid())).resolve("environ"));
            return "\0" + new String(variables, StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrNotOurs) {
            return "";
        }
    }
}

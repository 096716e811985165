package dev.millrace.runtime;

import dev.millrace.rpc.ProcessBirth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The one folder in which Millrace keeps what outlives a process: the operator's {@code config.yml}, {@code logs}, data
 * files, and the run file that says which process runs and where it listens. Only its owner may enter it.
 *
 * @param root absolute
 */
public record Home(Path root) {
    private static final String VARIABLE = "MILLRACE_HOME";
    private static final String OWNER_ONLY = "rwx------";
    private static final int PROBE_BYTES = 4096;

    public Home {
        root = root.toAbsolutePath().normalize();
    }

    /** {@code MILLRACE_HOME}, else {@code .millrace} in the user's home. */
    public static Home standard(Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, "");
        return new Home(named.isEmpty() ? Path.of(System.getProperty("user.home"), ".millrace") : Path.of(named));
    }

    /** Makes the folders where they are missing, and checks that they can be written. */
    public Home create() {
        createFolder(root);
        createFolder(logs());
        return this;
    }

    private static void createFolder(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalStateException(folder + " is not a folder. Move it away, or choose another with --home");
        }
        try {
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            }
            write(Files.createTempFile(folder, ".writable", ""));
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    folder + " cannot be written (" + reason(failure)
                            + "). Give its owner the right and the room to write, or choose another with --home",
                    failure);
        }
    }

    /** A full disk takes an empty file and only then has no room. */
    private static void write(Path probe) throws IOException {
        try {
            Files.write(probe, new byte[PROBE_BYTES]);
        } finally {
            Files.delete(probe);
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default ->
                Objects.requireNonNullElse(
                        failure.getMessage(), failure.getClass().getSimpleName());
        };
    }

    /** The operator's one file; it need not exist. */
    public Path configFile() {
        return root.resolve("config.yml");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    /** What can be made again at any time: unpacked libraries and models. */
    public Path cache() {
        return root.resolve("cache");
    }

    private Path runFile() {
        return root.resolve("run");
    }

    /** Says who runs here, replacing what an earlier process said. */
    public void write(Run run) {
        String text = "pid=" + run.pid + "\n"
                + ProcessBirth.of(run.pid).map(born -> "born=" + born + "\n").orElse("")
                + ProcessHandle.of(run.pid)
                        .flatMap(process -> process.info().startInstant())
                        .map(start -> "started=" + start + "\n")
                        .orElse("")
                + "config=" + run.configFile + "\n"
                + (run.failing.isEmpty() ? "" : "failing-at-start=" + String.join(",", run.failing) + "\n")
                + new TreeMap<>(run.addresses)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                                .collect(Collectors.joining());
        try {
            Path fresh = Files.writeString(root.resolve("run.new"), text);
            Files.move(fresh, runFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What the last process here said; empty when there was none, or its process is gone. */
    public Optional<Run> run() {
        try {
            Map<String, String> lines = Files.readAllLines(runFile()).stream()
                    .map(line -> line.split("=", 2))
                    .filter(parts -> parts.length == 2)
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
            long pid = Long.parseLong(String.valueOf(lines.remove("pid")));
            String born = lines.remove("born");
            String started = lines.remove("started");
            Path config =
                    Optional.ofNullable(lines.remove("config")).map(Path::of).orElseGet(this::configFile);
            List<String> failing = Optional.ofNullable(lines.remove("failing-at-start"))
                    .map(names -> List.of(names.split(",")))
                    .orElse(List.of());
            Map<String, URI> addresses = lines.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> URI.create(entry.getValue())));
            return ProcessHandle.of(pid)
                    .filter(process -> isJava(process) && ProcessBirth.isOf(process, born, started))
                    .map(alive -> new Run(pid, config, addresses, failing));
        } catch (IOException | NumberFormatException | DateTimeParseException absent) {
            return Optional.empty();
        }
    }

    /**
     * Whether a process is alive and a JVM. One that was killed and not yet taken note of by its parent has no command any
     * more, and a number that was given to another program since has another.
     */
    static boolean isJava(ProcessHandle process) {
        return process.isAlive()
                && process.info()
                        .command()
                        .filter(path -> path.endsWith("java"))
                        .isPresent();
    }

    /** Removes the run file; nothing happens when there is none. */
    public void forgetRun() {
        try {
            Files.deleteIfExists(runFile());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * A running process.
     *
     * @param configFile what it was started with, absolute; it need not exist
     * @param addresses by name, such as {@code gateway.grpc}
     * @param failing services that could not do their work when it started
     */
    public record Run(long pid, Path configFile, Map<String, URI> addresses, List<String> failing) {
        public Run {
            addresses = Map.copyOf(addresses);
            failing = List.copyOf(failing);
        }

        /** One whose services all could. */
        public Run(long pid, Path configFile, Map<String, URI> addresses) {
            this(pid, configFile, addresses, List.of());
        }
    }
}

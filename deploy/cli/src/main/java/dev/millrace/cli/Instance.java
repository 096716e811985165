package dev.millrace.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A running Millrace on this machine, as the run file in its home tells.
 *
 * @param pid the process that holds it
 * @param config the configuration file that it was started with
 * @param addresses by name: {@code gateway.grpc} and {@code gateway.http} at least
 */
record Instance(long pid, Path config, Map<String, URI> addresses) {

    /** The system tells starts by its clock, which may be set meanwhile. */
    private static final Duration CLOCK_STEP_MAX = Duration.ofSeconds(5);

    /** The instance that runs in a home; empty where none does, or its process is gone. */
    static Optional<Instance> in(Path home) {
        Path runFile = home.resolve("run");
        if (!Files.isReadable(runFile)) {
            return Optional.empty();
        }
        try {
            Map<String, String> lines = Files.readAllLines(runFile).stream()
                    .map(line -> line.split("=", 2))
                    .filter(parts -> parts.length == 2)
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, second) -> second));
            long pid = Long.parseLong(lines.getOrDefault("pid", ""));
            return ProcessHandle.of(pid)
                    .filter(process -> runs(process) && began(process, lines.getOrDefault("started", "")))
                    .map(alive -> of(pid, home, lines));
        } catch (IOException | NumberFormatException | DateTimeParseException halfWritten) {
            return Optional.empty();
        }
    }

    /** The file that an instance reads unless it is told of another. */
    static Path configOf(Path home) {
        return home.resolve("config.yml");
    }

    /** A process that was killed has no command any more, even while its parent has not taken note. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive()
                && process.info()
                        .command()
                        .filter(path -> path.endsWith("java"))
                        .isPresent();
    }

    /** Whether it is the process that wrote the file, and not another one that was given its number since. */
    private static boolean began(ProcessHandle process, String started) {
        Optional<Instant> start = process.info().startInstant();
        return started.isEmpty()
                || start.isEmpty()
                || Duration.between(start.get(), Instant.parse(started)).abs().compareTo(CLOCK_STEP_MAX) <= 0;
    }

    private static Instance of(long pid, Path home, Map<String, String> lines) {
        String config = lines.remove("config");
        return new Instance(
                pid,
                config == null ? configOf(home) : Path.of(config),
                lines.entrySet().stream()
                        .filter(line -> line.getValue().contains("://"))
                        .collect(Collectors.toMap(Map.Entry::getKey, line -> URI.create(line.getValue()))));
    }

    /** {@code host:port} of the gateway's gRPC door. */
    String grpcAddress() {
        URI address = addresses.get("gateway.grpc");
        if (address == null) {
            throw new CommandFault(
                    ExitCodes.UNAVAILABLE, "process " + pid + " is still starting: try again in a second");
        }
        return address.getAuthority();
    }

    Optional<URI> httpAddress() {
        return Optional.ofNullable(addresses.get("gateway.http"));
    }
}

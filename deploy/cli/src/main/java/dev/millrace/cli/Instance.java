package dev.millrace.cli;

import dev.millrace.rpc.ProcessBirth;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A running Millrace on this machine, as the run file in its home tells, or one that is being started.
 *
 * @param pid the process that holds it
 * @param config the configuration file that it was started with
 * @param addresses by name: {@code gateway.grpc} and {@code gateway.http} at least
 */
record Instance(long pid, Path config, Map<String, URI> addresses) {

    /** The instance that runs in a home, or is being started there; empty where none is, or its process is gone. */
    static Optional<Instance> in(Path home) {
        return read(home, "run").or(() -> read(home, "lock"));
    }

    /** As one of the two files tells: the second is written before anything is started, and knows of no address. */
    private static Optional<Instance> read(Path home, String name) {
        Path file = home.resolve(name);
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            Map<String, String> lines = Files.readAllLines(file).stream()
                    .map(line -> line.split("=", 2))
                    .filter(parts -> parts.length == 2)
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, second) -> second));
            long pid = Long.parseLong(lines.getOrDefault("pid", ""));
            return ProcessHandle.of(pid)
                    .filter(process ->
                            runs(process) && ProcessBirth.isOf(process, lines.get("born"), lines.get("started")))
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

    private static Instance of(long pid, Path home, Map<String, String> lines) {
        String config = lines.remove("config");
        return new Instance(
                pid,
                config == null ? configOf(home) : Path.of(config),
                lines.entrySet().stream()
                        .filter(line -> line.getValue().contains("://"))
                        .collect(Collectors.toMap(Map.Entry::getKey, line -> URI.create(line.getValue()))));
    }

    /** Whether it says nothing yet of where it listens. */
    boolean isStarting() {
        return addresses.isEmpty();
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

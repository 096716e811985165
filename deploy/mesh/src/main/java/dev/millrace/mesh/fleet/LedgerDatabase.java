package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.process.Child;
import dev.millrace.mesh.process.Kept;
import dev.millrace.mesh.process.Leftovers;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The PostgreSQL of this home, under a ledger that several processes of billing share. It listens on loopback and asks for a
 * password that lies in the home. Its data outlives the mesh.
 */
final class LedgerDatabase {
    private static final String USER = "millrace";
    private static final List<String> UNSHARE = List.of("unshare", "--user");
    private static final int PASSWORD_BYTES = 24;
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Where the server writes down how far it is. */
    private static final int STATE_LINE = 7;

    private final Folders folders;
    private final int port;
    private final Path programs;
    /** PostgreSQL refuses to run as root; there it gets a name space of its own, in which it is nobody. */
    private final List<String> nobody;

    /**
     * @param programs the folder that holds {@code initdb} and {@code postgres}
     */
    LedgerDatabase(Folders folders, int port, Path programs) {
        this.folders = folders;
        this.port = port;
        this.programs = programs;
        this.nobody = "root".equals(System.getProperty("user.name")) ? UNSHARE : List.of();
    }

    /** Tells billing how to find it. */
    static ServiceSettings tell(ServiceSettings settings, Folders folders, int port) {
        return settings.with("billing.ledger.url", "jdbc:postgresql://127.0.0.1:" + port + "/postgres")
                .with("billing.ledger.user", USER)
                .with("billing.ledger.password", "file:" + folders.databasePassword());
    }

    /** Makes it at the first time, starts it, and returns once it takes connections. */
    Kept start(Leftovers leftovers) throws IOException {
        requireNobody(nobody);
        if (!Files.exists(folders.databaseData())) {
            make(leftovers);
        }
        Kept server = Kept.start(() -> leftovers.start(
                "postgresql",
                command(
                        "postgres",
                        "-D",
                        folders.databaseData().toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "port=" + port,
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "max_connections=300"),
                Map.of(),
                folders.log("postgresql")));
        try {
            awaitReady(server.child());
            return server;
        } catch (RuntimeException failure) {
            stop(server);
            throw failure;
        }
    }

    /** Throws, in its own words, where it takes none. */
    static void requireConnections(int port) throws IOException {
        Greeting.postgresql(port, USER);
    }

    /** Ends connections, writes down what is in memory, ends. */
    static void stop(Kept server) {
        server.interrupt(PATIENCE);
    }

    /** A container mostly has no right to make a name space. */
    static void requireNobody(List<String> nobody) {
        if (nobody.isEmpty()) {
            return;
        }
        List<String> probe = new ArrayList<>(nobody);
        probe.add("true");
        String words = "interrupted";
        try {
            Process process =
                    new ProcessBuilder(probe).redirectErrorStream(true).start();
            words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() == 0) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException missing) {
            words = String.valueOf(missing.getMessage());
        }
        throw new IllegalStateException(
                "no database for the ledger: PostgreSQL refuses to run as root, and here root cannot"
                        + " make it a name space of its own (" + words
                        + "). Start the mesh as another user, or with up --mesh --ledger file");
    }

    private void make(Leftovers leftovers) throws IOException {
        Files.createDirectories(folders.database());
        if (!Files.exists(folders.databasePassword())) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            Path file = Files.createFile(
                    folders.databasePassword(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, HexFormat.of().formatHex(random) + "\n");
        }
        // One that was not made to its end is never started.
        Path fresh = folders.database().resolve("new");
        MeshFiles.delete(fresh);
        run(
                leftovers,
                command(
                        "initdb",
                        "-D",
                        fresh.toString(),
                        "-U",
                        USER,
                        "--auth=scram-sha-256",
                        "--pwfile=" + folders.databasePassword(),
                        "-E",
                        "UTF8",
                        "--locale=C"));
        Files.move(fresh, folders.databaseData(), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(nobody);
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void run(Leftovers leftovers, List<String> command) throws IOException {
        Process process = leftovers.start(new ProcessBuilder(command).redirectErrorStream(true));
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("no database for the ledger: " + words.strip());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private void awaitReady(Child server) {
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        while (!isReady(server.pid())) {
            if (!server.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException(
                        "the ledger's database does not start: " + server.lastWords() + "   log " + server.log());
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
    }

    /** A server that was killed has left the same file. */
    private boolean isReady(long pid) {
        try {
            List<String> lines = Files.exists(pidFile()) ? Files.readAllLines(pidFile()) : List.of();
            return lines.size() > STATE_LINE
                    && lines.getFirst().equals(Long.toString(pid))
                    && lines.get(STATE_LINE).strip().equals("ready");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path pidFile() {
        return folders.databaseData().resolve("postmaster.pid");
    }
}

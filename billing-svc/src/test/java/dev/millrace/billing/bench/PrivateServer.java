package dev.millrace.billing.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL from the machine's own package with its own defaults (so with fsync), in a folder that is thrown away. */
final class PrivateServer implements AutoCloseable {
    private final Path folder;
    private final Path programs;
    private final int port;

    private PrivateServer(Path folder, Path programs, int port) {
        this.folder = folder;
        this.programs = programs;
        this.port = port;
    }

    static PrivateServer start(Path parent) throws IOException {
        Path folder = Files.createTempDirectory(parent, "postgres-benchmark");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        PrivateServer server = new PrivateServer(folder, programs(), port);
        if (isRoot()) {
            server.run("chown", "postgres", folder.toString());
        }
        server.runAsOwner("initdb", "-D", server.data(), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C");
        server.runAsOwner(
                "pg_ctl",
                "-D",
                server.data(),
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder,
                "-w",
                "start");
        return server;
    }

    private static Path programs() throws IOException {
        List<Path> folders = new ArrayList<>(
                Stream.of(System.getenv("PATH").split(":")).map(Path::of).toList());
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin")).forEach(folders::add);
            }
        }
        return folders.stream()
                .map(folder -> folder.resolve("initdb"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no initdb on the PATH or in " + debian
                        + ": install PostgreSQL, for instance with apt-get install postgresql"))
                .toRealPath()
                .getParent();
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private void runAsOwner(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) throws IOException {
        Path words = folder.resolveSibling(folder.getFileName() + ".words");
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start()
                .onExit()
                .join()
                .exitValue();
        String said = Files.readString(words);
        Files.delete(words);
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** What its processes have used so far; none of them ends while it is in use. */
    long cpuNanos() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst());
        return ProcessHandle.of(pid)
                .orElseThrow()
                .children()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .mapToLong(Duration::toNanos)
                .sum();
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    @Override
    public void close() throws IOException {
        runAsOwner("pg_ctl", "-D", data(), "-m", "fast", "-w", "stop");
        run("rm", "-r", folder.toString());
    }
}

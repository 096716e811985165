package dev.millrace.local.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import static org.awaitility.Awaitility.await;

/** A real engine out of {@code deploy/engines}, for one test class; where it cannot be had, its tests are skipped and say why. */
final class EngineProcess implements AutoCloseable {
    private static final int UNAVAILABLE = 69;
    private static final Duration INSTALL_MAX = Duration.ofMinutes(5);
    private static final Duration READY_MAX = Duration.ofSeconds(60);

    private final Process process;
    private final URI base;

    private EngineProcess(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    static Path script(String name) {
        return Path.of("../deploy/engines", name).toAbsolutePath().normalize();
    }

    /**
     * Runs a script to its end; why the engine is not to be had here, or empty. The tests ask before each of them, not once for
     * the class, because a class that gives up at its start counts as no test at all.
     */
    static Optional<String> missing(String engine, String... arguments) throws IOException, InterruptedException {
        Path said = newLog();
        ProcessBuilder builder = new ProcessBuilder(script(engine).toString());
        builder.command().addAll(List.of(arguments));
        Process install =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        boolean ended = install.waitFor(INSTALL_MAX.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            install.destroyForcibly();
        }
        if (!ended || install.exitValue() == UNAVAILABLE) {
            String why = "SKIPPED: " + engine + " is not to be had here: "
                    + (ended ? Files.readString(said).strip() : "no answer in " + INSTALL_MAX);
            System.err.println(why);
            return Optional.of(why);
        }
        if (install.exitValue() != 0) {
            throw new IllegalStateException(engine + ": " + Files.readString(said));
        }
        return Optional.empty();
    }

    /** Gone with this JVM; what matters of it is in the failure's text. */
    private static Path newLog() throws IOException {
        Path log = Files.createTempFile("engine", ".log");
        log.toFile().deleteOnExit();
        return log;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts an engine and returns once {@code readyPath} answers 200. */
    static EngineProcess start(int port, String readyPath, Map<String, String> environment, String... command)
            throws IOException {
        Path said = newLog();
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        EngineProcess engine = new EngineProcess(process, URI.create("http://127.0.0.1:" + port));
        await().atMost(READY_MAX).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the engine ended: " + Files.readString(said));
            }
            return engine.answers(readyPath);
        });
        return engine;
    }

    private boolean answers(String path) {
        try {
            return get(path).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    HttpResponse<String> get(String path) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    URI base() {
        return base;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}

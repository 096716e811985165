package dev.millrace.mesh.command;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.mesh.Folders;
import dev.millrace.runtime.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What {@code ps} tells of a running mesh, for commands that judge it. */
public final class MeshHealth {
    /** The supervisor asks all at once, and waits a second for those that hang; on a busy machine it takes longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private MeshHealth() {}

    /**
     * The health of each process by its name, in the order and the words of {@code ps}; none where no mesh runs.
     *
     * @throws IllegalStateException when a mesh runs and refuses, or says nothing within 20 s
     */
    public static Map<String, String> of(Home home) {
        Path socket = new Folders(home).socket();
        return Files.exists(socket) ? of(socket, PATIENCE) : Map.of();
    }

    static Map<String, String> of(Path socket, Duration patience) {
        FutureTask<Map<String, String>> answer = new FutureTask<>(() -> ask(socket));
        Thread.ofVirtual().name("ask-mesh").start(answer);
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            answer.cancel(true);
            throw new IllegalStateException(
                    "the supervisor gives no answer within " + patience.toSeconds() + " s: is its process stopped?",
                    silent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } catch (ExecutionException failure) {
            Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
            throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
        }
    }

    private static Map<String, String> ask(Path socket) {
        Map<String, String> found = new LinkedHashMap<>();
        try {
            ControlSocket.ask(
                    socket,
                    "ps json",
                    line -> JsonParser.parseString(line).getAsJsonArray().forEach(row -> {
                        JsonObject process = row.getAsJsonObject();
                        found.put(
                                process.get("instance").getAsString(),
                                process.get("health").getAsString());
                    }));
        } catch (ControlSocket.Nobody leftBehind) {
            // The socket of a supervisor that was killed: no mesh runs.
        }
        return found;
    }
}

package dev.millrace.mesh.fleet;

import dev.millrace.mesh.envoy.AdminSocket;
import dev.millrace.mesh.envoy.EdgePorts;
import dev.millrace.mesh.process.Kept;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** Opens and closes the outer door without dropping a call. */
final class EdgeDoor {
    private static final Duration OPEN_WITHIN = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int CONNECT_MILLIS_MAX = 500;

    private EdgeDoor() {}

    /** Waits until the door answers an HTTP call from a gateway behind it, and takes connections on the other port. */
    static void awaitOpen(Kept edge, EdgePorts ports) {
        long end = System.nanoTime() + OPEN_WITHIN.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!answers(http, ports.http()) || !connects(ports.grpc())) {
                if (!edge.child().isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "the outer door does not open: " + edge.child().lastWords() + "   log "
                                    + edge.child().log());
                }
                Thread.sleep(LOOK_AGAIN);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static boolean answers(HttpClient http, int port) throws InterruptedException {
        try {
            HttpRequest ask = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    static boolean connects(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Takes no more connections; calls in flight go on. */
    static void refuseNew(Path admin) {
        try {
            AdminSocket.post(admin, "/drain_listeners?graceful");
        } catch (IOException gone) {
            // It ended already, which refuses as well.
        }
    }
}

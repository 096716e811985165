package dev.millrace.local.servers;

import dev.millrace.local.EngineFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ServerConnectionTest {
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"ok\":true}";

    @Test
    void asksAgainWhenTheEngineClosedAKeptConnectionJustThen() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket engine = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ServerConnection connection = connectionTo(engine)) {
            Thread.ofVirtual().start(() -> closesTheFirstConnectionAtItsSecondRequest(engine, connections));

            assertThat(connection.get("/health").get("ok").isTrue()).isTrue();
            assertThat(connection.post("/chat", Map.of()).get("ok").isTrue()).isTrue();
        }
        assertThat(connections).hasValue(2);
    }

    /** An engine that is killed resets the connections whose requests it has not read. */
    @Test
    void anEngineThatEndsWithARequestInItsHandsIsToldAsUnreachable() throws Exception {
        try (ServerSocket engine = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ServerConnection connection = connectionTo(engine)) {
            Thread.ofVirtual().start(() -> endsAtItsFirstRequest(engine));

            assertThatThrownBy(() -> connection.post("/chat", Map.of()))
                    .isInstanceOfSatisfying(
                            EngineFault.class,
                            fault -> assertThat(fault.kind()).isEqualTo(EngineFault.Kind.UNREACHABLE));
        }
    }

    /** It has had the request, and may have worked on it. */
    @Test
    void anEngineThatBreaksEveryNewConnectionIsAskedOnce() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (ServerSocket engine = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ServerConnection connection = connectionTo(engine)) {
            Thread.ofVirtual().start(() -> resetsEveryRequest(engine, requests));

            assertThatThrownBy(() -> connection.post("/chat", Map.of()))
                    .isInstanceOfSatisfying(
                            EngineFault.class, fault -> assertThat(fault.kind()).isEqualTo(EngineFault.Kind.FAILED));
        }
        assertThat(requests).hasValue(1);
    }

    private static ServerConnection connectionTo(ServerSocket engine) {
        return new ServerConnection(
                new ServerSpec(URI.create("http://127.0.0.1:" + engine.getLocalPort()), OptionalInt.empty(), 512, ""),
                new ServerFaults("engine", "start it", "load it"));
    }

    private static void endsAtItsFirstRequest(ServerSocket engine) {
        try (Socket first = engine.accept()) {
            engine.close();
            first.getInputStream().read();
            first.setSoLinger(true, 0);
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private static void resetsEveryRequest(ServerSocket engine, AtomicInteger requests) {
        try {
            while (true) {
                try (Socket socket = engine.accept()) {
                    if (reader(socket).readLine() != null) {
                        requests.incrementAndGet();
                    }
                    socket.setSoLinger(true, 0);
                }
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private static void closesTheFirstConnectionAtItsSecondRequest(ServerSocket engine, AtomicInteger connections) {
        try {
            try (Socket first = engine.accept()) {
                connections.incrementAndGet();
                BufferedReader in = reader(first);
                readHead(in);
                first.getOutputStream().write(ANSWER.getBytes(StandardCharsets.UTF_8));
                readHead(in);
            }
            try (Socket second = engine.accept()) {
                connections.incrementAndGet();
                readHead(reader(second));
                second.getOutputStream().write(ANSWER.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void readHead(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
    }
}

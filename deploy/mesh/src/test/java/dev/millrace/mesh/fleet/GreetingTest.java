package dev.millrace.mesh.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class GreetingTest {
    @FunctionalInterface
    private interface Question {
        void ask(int port) throws IOException;
    }

    @Test
    void knowsADatabaseThatAsksForAPassword() {
        assertThatCode(() -> answered("R\0\0\0\u0008\0\0\0\n", port -> Greeting.postgresql(port, "millrace")))
                .doesNotThrowAnyException();
    }

    @Test
    void handsOnWhyADatabaseTakesNobody() {
        assertThatThrownBy(() -> answered(
                        "E\0\0\0PSFATAL\0C57P03\0Mthe database system is starting up\0\0",
                        port -> Greeting.postgresql(port, "millrace")))
                .isInstanceOf(IOException.class)
                .hasMessage("the database system is starting up");
    }

    @Test
    void knowsAServerOfGrpcByItsSettings() {
        assertThatCode(() -> answered("\0\0\0\u0004\0\0\0\0\0", Greeting::grpc)).doesNotThrowAnyException();
    }

    @Test
    void isNotAnsweredByAnotherProtocol() {
        assertThatThrownBy(() -> answered("HTTP/1.1 400 Bad Request\r\n\r\n", Greeting::grpc))
                .hasMessageMatching("port \\d+ takes no gRPC calls");
        assertThatThrownBy(() ->
                        answered("HTTP/1.1 400 Bad Request\r\n\r\n", port -> Greeting.postgresql(port, "millrace")))
                .hasMessageMatching("port \\d+ is no PostgreSQL that takes connections");
    }

    private static void answered(String words, Question question) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket caller = server.accept()) {
                    caller.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
                    caller.shutdownOutput();
                    caller.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException gone) {
                    // The test says what it missed.
                }
            });
            question.ask(server.getLocalPort());
        }
    }
}

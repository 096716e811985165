package dev.millrace.mesh.envoy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Tells a sidecar what to do. Its door for that is a socket that its owner alone may open, because whoever can reach it can end
 * the sidecar: on a port any web page could.
 */
public final class AdminSocket {
    /** Of the operating system. */
    private static final int PATH_BYTES_MAX = 107;

    private AdminSocket() {}

    /** Complains of a home, or of a name in it, with which no sidecar could open its socket. */
    public static void requireShort(Path socket) {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
            throw new IllegalStateException("the home's path is too long for a socket: " + socket
                    + " (expected: at most " + PATH_BYTES_MAX + " bytes). Choose a shorter --home");
        }
    }

    /**
     * Sends one command.
     *
     * @throws IOException when nobody listens, or the sidecar refuses
     */
    public static void post(Path socket, String command) throws IOException {
        send(socket, "POST", command);
    }

    /**
     * Whether the sidecar has its configuration and works.
     *
     * @throws IOException in words where it does not
     */
    public static void requireReady(Path socket) throws IOException {
        send(socket, "GET", "/ready");
    }

    private static void send(Path socket, String method, String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String request = method + " " + command
                    + " HTTP/1.1\r\nhost: envoy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException(
                        command + ": " + answer.lines().findFirst().orElse("no answer"));
            }
        }
    }
}

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

    private static final String LINE_END = "\r\n";
    private static final String HEADERS_END = LINE_END + LINE_END;

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
        var _ = send(socket, "POST", command);
    }

    /**
     * Whether the sidecar has its configuration and works.
     *
     * @throws IOException in words where it does not
     */
    public static void requireReady(Path socket) throws IOException {
        var _ = send(socket, "GET", "/ready");
    }

    /**
     * The certificates that it shows to others, and those by which it judges them, as JSON.
     *
     * @throws IOException when nobody listens, or the sidecar refuses
     */
    public static String certificates(Path socket) throws IOException {
        String answer = send(socket, "GET", "/certs");
        return unchunked(answer.substring(answer.indexOf(HEADERS_END) + HEADERS_END.length()));
    }

    /** A body as HTTP/1.1 sends one whose length is not known: pieces, each behind its length, and one of none at the end. */
    private static String unchunked(String body) throws IOException {
        StringBuilder whole = new StringBuilder();
        for (int at = 0; ; ) {
            int begin = body.indexOf(LINE_END, at) + LINE_END.length();
            if (begin < LINE_END.length()) {
                throw new IOException("/certs: the answer ends too early");
            }
            int length = Integer.parseInt(body, at, begin - LINE_END.length(), 16);
            if (length == 0) {
                return whole.toString();
            }
            at = begin + length + LINE_END.length();
            if (at > body.length()) {
                throw new IOException("/certs: the answer ends too early");
            }
            whole.append(body, begin, begin + length);
        }
    }

    private static String send(Path socket, String method, String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String request = method + " " + command
                    + " HTTP/1.1\r\nhost: envoy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            // Lengths in it count bytes.
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.ISO_8859_1);
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException(
                        command + ": " + answer.lines().findFirst().orElse("no answer"));
            }
            return answer;
        }
    }
}

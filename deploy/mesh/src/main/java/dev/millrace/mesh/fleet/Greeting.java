package dev.millrace.mesh.fleet;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The first words of a protocol, to which the program behind a port has to answer by itself: for one that hangs the kernel still
 * takes connections.
 */
final class Greeting {
    private static final byte[] HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Length, kind, flags and stream of a frame. */
    private static final int FRAME_HEADER_BYTES = 9;

    private static final int SETTINGS = 4;
    private static final int FRAME_KIND_AT = 3;

    private static final int POSTGRESQL_PROTOCOL = 3 << 16;

    private Greeting() {}

    /** A gRPC server says how it likes to be spoken to. */
    static void grpc(int port) throws IOException {
        try (Socket socket = connected(port)) {
            byte[] settings = new byte[FRAME_HEADER_BYTES];
            settings[FRAME_KIND_AT] = SETTINGS;
            socket.getOutputStream().write(HTTP2_PREFACE);
            socket.getOutputStream().write(settings);
            byte[] answer = socket.getInputStream().readNBytes(FRAME_HEADER_BYTES);
            if (answer.length < FRAME_HEADER_BYTES || answer[FRAME_KIND_AT] != SETTINGS) {
                throw new IOException("port " + port + " takes no gRPC calls");
            }
        }
    }

    /**
     * A database that takes connections asks for a password, and one that starts, ends or has too many says so. Nobody logs in: who
     * leaves here is not written down.
     */
    static void postgresql(int port, String user) throws IOException {
        try (Socket socket = connected(port)) {
            socket.getOutputStream().write(startup(user));
            int kind = socket.getInputStream().read();
            if (kind != 'R') {
                throw new IOException(
                        kind == 'E' ? complaint(socket) : "port " + port + " is no PostgreSQL that takes connections");
            }
        }
    }

    private static byte[] startup(String user) throws IOException {
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(words);
        out.writeInt(POSTGRESQL_PROTOCOL);
        out.write(("user\0" + user + "\0database\0postgres\0\0").getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        new DataOutputStream(message).writeInt(Integer.BYTES + words.size());
        message.write(words.toByteArray());
        return message.toByteArray();
    }

    /** The field M of its error: a letter before each, a zero after it. */
    private static String complaint(Socket socket) throws IOException {
        String fields = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String field :
                fields.substring(Math.min(fields.length(), Integer.BYTES)).split("\0", -1)) {
            if (field.startsWith("M")) {
                return field.substring(1);
            }
        }
        return "it takes no connections";
    }

    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw new IOException("port " + port + " cannot be reached: " + failure.getMessage(), failure);
        }
    }
}

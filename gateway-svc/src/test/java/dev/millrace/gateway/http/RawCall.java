package dev.millrace.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One call on a bare socket, to see its bytes and to misbehave. */
final class RawCall implements AutoCloseable {
    private static final int WAIT_MILLIS = 10_000;

    private final Socket socket;
    private final StringBuilder seen = new StringBuilder();

    private RawCall(Socket socket) {
        this.socket = socket;
    }

    static RawCall post(Door door, String path, String body) throws IOException {
        RawCall call = connect(door);
        call.send("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
        return call;
    }

    static RawCall connect(Door door) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.setSoTimeout(WAIT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()), WAIT_MILLIS);
        return new RawCall(socket);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads until this was seen. */
    void awaitText(String expected) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        while (seen.indexOf(expected) < 0) {
            int read = in.read(buffer);
            if (read < 0) {
                throw new AssertionError("the connection ended before: " + expected + "\nseen: " + seen);
            }
            seen.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
    }

    /** Reads what is left; true if the connection was ended or reset, false if it stays open and silent. */
    boolean readsToItsEnd() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[65_536];
        try {
            int read = 0;
            while (read >= 0) {
                read = in.read(buffer);
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    String text() {
        return seen.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

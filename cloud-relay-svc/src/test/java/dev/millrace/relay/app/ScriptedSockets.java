package dev.millrace.relay.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A provider of which a test says what it does with each connection, byte by byte. */
final class ScriptedSockets implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** Plays on a thread of its own; the connection is closed after it. Numbers begin with 1. */
    @FunctionalInterface
    interface Script {
        void play(Socket socket, int number) throws IOException;
    }

    /** On any port where it is 0. */
    ScriptedSockets(InetAddress address, int port, Script script) throws IOException {
        server = new ServerSocket(port, 100, address);
        Thread.ofVirtual().start(() -> accept(script));
    }

    ScriptedSockets(Script script) throws IOException {
        this(InetAddress.getLoopbackAddress(), 0, script);
    }

    private void accept(Script script) {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = sockets.size();
                Thread.ofVirtual().start(() -> play(script, socket, number));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static void play(Script script, Socket socket, int number) {
        try (socket) {
            script.play(socket, number);
        } catch (IOException gone) {
            return;
        }
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return sockets.size();
    }

    /** Reads a request's head and says how long its body is; -1: none has come. */
    static int head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
            int value = in.read();
            if (value < 0) {
                return -1;
            }
            head.write(value);
        }
        return head.toString(UTF_8)
                .lines()
                .map(line -> line.toLowerCase(java.util.Locale.ROOT))
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    /** Reads a whole request; false: none has come. */
    static boolean request(InputStream in) throws IOException {
        int length = head(in);
        if (length > 0) {
            in.skipNBytes(length);
        }
        return length >= 0;
    }

    /** Writes an answer after which the connection stays. */
    static void answer(Socket socket, String text) throws IOException {
        write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}

package dev.millrace.relay.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A provider byte by byte: answers every request with the same text and then does what the test says. */
final class RawCloud implements AutoCloseable {
    private final ServerSocket server;
    private final Answer answer;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final CountDownLatch callerGone = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    /** Writes an answer; the connection stays open afterwards until the caller closes it. */
    @FunctionalInterface
    interface Answer {
        void write(OutputStream out, int call) throws IOException;
    }

    RawCloud(Answer answer) {
        this.answer = answer;
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers with a status line, headers and a body that the end of the connection ends. */
    static Answer fixed(String head, String body) {
        return (out, call) -> {
            out.write(("HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n" + body).getBytes(UTF_8));
            out.flush();
        };
    }

    /** The same with a length, so that the connection may be used again. */
    static Answer measured(String head, String body) {
        return (out, call) -> {
            out.write(("HTTP/1.1 " + head + "\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body)
                    .getBytes(UTF_8));
            out.flush();
        };
    }

    String base() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    /** Head and body of every request. */
    List<String> requests() {
        return requests;
    }

    int calls() {
        return calls.get();
    }

    int connections() {
        return sockets.size();
    }

    /** Opens when a caller has closed its connection. */
    CountDownLatch callerGone() {
        return callerGone;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (readRequest(in)) {
                answer.write(socket.getOutputStream(), calls.incrementAndGet());
            }
        } catch (IOException gone) {
            callerGone.countDown();
            return;
        }
        callerGone.countDown();
    }

    private boolean readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int value = in.read();
            if (value < 0) {
                return false;
            }
            head.append((char) value);
        }
        int length = 0;
        for (String line : head.toString().lines().toList()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        requests.add(head + new String(in.readNBytes(length), UTF_8));
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}

package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A caller that reads a part of a streamed answer and then closes its connection. */
final class Leaver implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private int words;
    private boolean ended;

    Leaver(URI url, String model, String prompt) throws IOException {
        socket = new Socket(url.getHost(), url.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        byte[] body = ("{\"model\":\"" + model + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
                        + prompt + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST " + url.getRawPath() + " HTTP/1.1\r\nhost: " + url.getAuthority()
                + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
    }

    /** Reads until so many words have come, the time is over, or the answer has ended. */
    void read(int wordsMax, Duration most) throws IOException {
        long until = System.nanoTime() + most.toNanos();
        try {
            while (words < wordsMax && !ended) {
                long leftMillis = (until - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    return;
                }
                socket.setSoTimeout((int) leftMillis);
                take(HttpHead.line(in));
            }
        } catch (SocketTimeoutException timeIsOver) {
            return;
        }
    }

    private void take(String line) {
        if (line.contains("\"content\":\"") && !line.contains("\"content\":\"\"")) {
            words++;
        }
        ended = line.equals("data: [DONE]");
    }

    /** Words that were read. */
    int words() {
        return words;
    }

    /** Whether the answer was over before its caller left. */
    boolean ended() {
        return ended;
    }

    /** Closes the connection, and tells when, by {@link System#nanoTime}. */
    long leave() throws IOException {
        long now = System.nanoTime();
        socket.close();
        return now;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A caller at the HTTP door, which leaves by closing its connection. */
final class HttpLeaver implements Leaver {
    private final Socket socket;
    private final InputStream in;
    private int words;
    private boolean ended;

    HttpLeaver(URI url, String model, String prompt) throws IOException {
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

    @Override
    public void read(int wordsMax, Duration most) throws IOException {
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

    @Override
    public int words() {
        return words;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public long leave() throws IOException {
        long now = System.nanoTime();
        socket.close();
        return now;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

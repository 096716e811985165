package dev.millrace.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One raw HTTP/1.1 connection of the fake cloud. It is raw because an honest HTTP server cannot cut a body, split a character
 * between two packets, or answer with a reset.
 */
final class CloudConnection implements AutoCloseable {
    private static final int HEADER_BYTES_MAX = 64 << 10;
    private static final int SEND_BYTES = 64 << 10;

    private final Socket socket;
    private final PushbackInputStream in;
    private final OutputStream out;
    private final CountDownLatch gone = new CountDownLatch(1);

    CloudConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        // What the system takes for a caller that reads nothing counts as sent: it should be little.
        socket.setSendBufferSize(SEND_BYTES);
        this.in = new PushbackInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    /** The next request; empty when the caller has closed. */
    Optional<CloudAttempt> read() throws IOException {
        String[] lines = head().split("\r\n", -1);
        if (lines[0].isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] parts = lines[i].split(":", 2);
            if (parts.length == 2) {
                headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
            }
        }
        String body = new String(body(headers), StandardCharsets.UTF_8);
        String[] request = lines[0].split(" ", 3);
        return Optional.of(new CloudAttempt(request[0], request[1], headers, body, json(body)));
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        int next;
        while ((next = in.read()) >= 0) {
            head.append((char) next);
            if (head.length() > HEADER_BYTES_MAX) {
                throw new IOException("headers over " + HEADER_BYTES_MAX + " bytes");
            }
            if (next == '\n' && head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                return head.toString();
            }
        }
        return "";
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.getOrDefault("transfer-encoding", ""))) {
            return chunks(in);
        }
        return in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var whole = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            whole.write(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return whole.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) >= 0 && next != '\n') {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static JsonObject json(String body) {
        try {
            return body.isEmpty()
                    ? new JsonObject()
                    : JsonParser.parseString(body).getAsJsonObject();
        } catch (JsonSyntaxException | IllegalStateException noObject) {
            return new JsonObject();
        }
    }

    /** Watches for the caller's closing while an answer is written; a further request stays unread. */
    void watch(CloudAttempt attempt) throws IOException {
        int next;
        try {
            next = in.read();
        } catch (IOException reset) {
            next = -1;
        }
        if (next < 0) {
            if (!attempt.ended()) {
                attempt.leave();
            }
            gone.countDown();
        } else {
            in.unread(next);
        }
    }

    /** Waits for so long, or until the caller closes; true when it has closed. */
    boolean pause(long millis) throws InterruptedException {
        return gone.await(millis, TimeUnit.MILLISECONDS);
    }

    /** A whole answer. */
    void answer(int status, String contentType, String body, String... headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        write(head(status, contentType, headers) + "content-length: " + bytes.length + "\r\n\r\n");
        out.write(bytes);
        out.flush();
    }

    void beginStream() throws IOException {
        write(head(200, "text/event-stream") + "transfer-encoding: chunked\r\n\r\n");
    }

    /** One chunk of a stream; a chunk with characters beyond ASCII leaves in two packets, cut inside the first of them. */
    void chunk(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int cut = firstContinuation(bytes);
        if (cut > 0) {
            frame(bytes, 0, cut);
            out.flush();
            frame(bytes, cut, bytes.length - cut);
        } else {
            frame(bytes, 0, bytes.length);
        }
        out.flush();
    }

    private void frame(byte[] bytes, int from, int length) throws IOException {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes, from, length);
        out.write(new byte[] {'\r', '\n'});
    }

    private static int firstContinuation(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if ((bytes[i] & 0xC0) == 0x80) {
                return i;
            }
        }
        return 0;
    }

    void endStream() throws IOException {
        write("0\r\n\r\n");
    }

    private static String head(int status, String contentType, String... headers) {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return "HTTP/1.1 " + status + " Scripted\r\ncontent-type: " + contentType + "\r\n" + more;
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        gone.countDown();
        socket.close();
    }
}

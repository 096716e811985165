package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One keep-alive connection that sends the same request again and again; where its body has eight {@code #} in a row, each
 * call puts a number there that no other has.
 */
final class Caller implements AutoCloseable {
    private static final String NUMBER_PLACE = "########";
    private static final AtomicLong CALLS = new AtomicLong();

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] request;
    /** Where the number begins; -1: nowhere. */
    private final int numberAt;

    Caller(URI url, Map<String, String> headers, String body) throws IOException {
        socket = new Socket(url.getHost(), url.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("POST " + url.getRawPath() + " HTTP/1.1\r\nhost: " + url.getAuthority()
                + "\r\ncontent-type: application/json\r\ncontent-length: " + content.length + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        request = new byte[start.length + content.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(content, 0, request, start.length, content.length);
        numberAt = new String(request, StandardCharsets.ISO_8859_1).indexOf(NUMBER_PLACE);
    }

    /** Sends the request, reads the whole answer, and returns how long it took, nanoseconds. */
    long call() throws IOException {
        number();
        long begin = System.nanoTime();
        out.write(request);
        HttpHead head = HttpHead.read(in);
        byte[] body = head.readBody(in);
        require(head, body);
        return System.nanoTime() - begin;
    }

    private void number() {
        if (numberAt >= 0) {
            long number = CALLS.incrementAndGet();
            for (int i = NUMBER_PLACE.length() - 1; i >= 0; i--, number /= 10) {
                request[numberAt + i] = (byte) ('0' + number % 10);
            }
        }
    }

    /** Sends the request and returns how long the first data event with text took, nanoseconds; the rest is read after it. */
    long firstToken() throws IOException {
        long begin = System.nanoTime();
        out.write(request);
        HttpHead head = HttpHead.read(in);
        if (head.status() != 200) {
            require(head, head.readBody(in));
        }
        long first = 0;
        for (String line = HttpHead.line(in); !line.equals("data: [DONE]"); line = HttpHead.line(in)) {
            if (first == 0 && line.contains("\"content\":\"") && !line.contains("\"content\":\"\"")) {
                first = System.nanoTime() - begin;
            }
        }
        HttpHead.line(in);
        drainChunkEnd();
        return first;
    }

    /** Behind DONE a chunked answer still has the end of its chunk and the last, empty one. */
    private void drainChunkEnd() throws IOException {
        for (String line = HttpHead.line(in); !line.equals("0"); line = HttpHead.line(in)) {
            // The end of a chunk.
        }
        HttpHead.line(in);
    }

    private static void require(HttpHead head, byte[] body) {
        if (head.status() != 200) {
            throw new IllegalStateException(head.firstLine() + ": " + new String(body, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

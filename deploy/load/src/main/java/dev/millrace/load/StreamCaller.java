package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One keep-alive connection that asks for streams of {@link PacedUpstream}'s tokens, one after another. */
final class StreamCaller implements AutoCloseable {
    private static final String CONTENT = "\"content\":\"";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] request;

    StreamCaller(URI url, String body) throws IOException {
        socket = new Socket(url.getHost(), url.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 13);
        out = socket.getOutputStream();
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST " + url.getRawPath() + " HTTP/1.1\r\nhost: " + url.getAuthority()
                        + "\r\ncontent-type: application/json\r\ncontent-length: " + content.length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        request = new byte[head.length + content.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(content, 0, request, head.length, content.length);
    }

    /** Asks for a stream and reads it to its end. */
    Seen call(int tokens) throws IOException {
        Seen seen = new Seen(tokens, System.nanoTime());
        out.write(request);
        HttpHead head = HttpHead.read(in);
        if (head.status() != 200) {
            throw new IllegalStateException(
                    head.firstLine() + ": " + new String(head.readBody(in), StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            for (byte next : in.readNBytes(size)) {
                if (next == '\n') {
                    seen.line(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                } else {
                    line.write(next);
                }
            }
            HttpHead.line(in);
        }
        HttpHead.line(in);
        return seen;
    }

    private int chunkSize() throws IOException {
        String size = HttpHead.line(in);
        if (size.isEmpty()) {
            throw new EOFException("no size of a chunk");
        }
        return Integer.parseInt(size, 16);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What came of one stream. */
    static final class Seen {
        final long[] delaysNanos;
        long firstTokenNanos;
        int tokens;
        int merged;
        int disordered;
        boolean done;
        private final long begin;

        private Seen(int expected, long begin) {
            delaysNanos = new long[expected];
            this.begin = begin;
        }

        private void line(String line) {
            done |= line.startsWith("data: [DONE]");
            int from = line.indexOf(CONTENT);
            if (from < 0) {
                return;
            }
            long now = System.nanoTime();
            String text = line.substring(from + CONTENT.length(), line.indexOf('"', from + CONTENT.length()));
            String[] words = text.isBlank() ? new String[0] : text.strip().split(" ", -1);
            merged += Math.max(0, words.length - 1);
            for (String word : words) {
                String[] parts = word.split("@", 2);
                disordered += Integer.parseInt(parts[0]) == tokens ? 0 : 1;
                if (tokens == 0) {
                    firstTokenNanos = now - begin;
                }
                if (tokens < delaysNanos.length) {
                    delaysNanos[tokens] = now - Long.parseLong(parts[1]);
                }
                tokens++;
            }
        }
    }
}

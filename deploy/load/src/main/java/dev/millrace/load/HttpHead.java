package dev.millrace.load;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The head of an HTTP/1.1 message: just enough to keep a connection in step.
 *
 * @param firstLine the request or status line
 * @param contentLength bytes of the body; -1: chunked
 */
record HttpHead(String firstLine, int contentLength) {

    static HttpHead read(InputStream in) throws IOException {
        String first = line(in);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
                length = -1;
            }
        }
        return new HttpHead(first, length);
    }

    int status() {
        return Integer.parseInt(firstLine.split(" ", 3)[1]);
    }

    byte[] readBody(InputStream in) throws IOException {
        if (contentLength >= 0) {
            return exactly(in, contentLength);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
            body.writeBytes(exactly(in, size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}

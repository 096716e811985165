package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A reader that asks for a long answer and takes nothing of it, until {@link #drain} looks at what the system holds for it. */
final class StalledReader implements AutoCloseable {
    /** More than the longest answer has, which by default would end at a few thousand. */
    static final int TOKENS_MAX = 1_000_000;

    private static final int RECEIVE_BYTES = 4096;
    private static final int STILL_OPEN_MILLIS = 20_000;
    private static final Pattern TURN = Pattern.compile("\"id\":\"chatcmpl-([0-9a-f-]{36})\"");

    private final Socket socket = new Socket();

    StalledReader(URI url, String model) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        byte[] body = ("{\"model\":\"" + model + "\",\"stream\":true,\"max_tokens\":" + TOKENS_MAX
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST " + url.getRawPath() + " HTTP/1.1\r\nhost: " + url.getAuthority()
                + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
    }

    /** Reads all that had been handed over. */
    Taken drain() throws IOException {
        String turn = "";
        int words = 0;
        socket.setSoTimeout(STILL_OPEN_MILLIS);
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            while (true) {
                String line = HttpHead.line(in);
                if (line.contains("\"content\":\"") && !line.contains("\"content\":\"\"")) {
                    words++;
                }
                Matcher id = TURN.matcher(line);
                turn = turn.isEmpty() && id.find() ? id.group(1) : turn;
            }
        } catch (SocketTimeoutException open) {
            return new Taken(turn, words, false);
        } catch (EOFException | SocketException cut) {
            return new Taken(turn, words, true);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /**
     * What came.
     *
     * @param turn the turn by which the ledger knows it; empty: nothing came
     * @param words whole pieces
     * @param cut whether the connection was closed behind them
     */
    record Taken(String turn, int words, boolean cut) {}
}

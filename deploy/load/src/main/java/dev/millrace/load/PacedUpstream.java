package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * An OpenAI-compatible server that streams every answer as so many tokens, one each so many milliseconds, the first at once.
 * A token's text is {@code <number>@<when it was sent>}, from 0, on the clock that all processes of a machine share, so that
 * {@link Streams} can tell what was lost and how late the others came. A virtual thread a connection, loopback only.
 */
public final class PacedUpstream {
    private static final int BACKLOG = 2_048;
    private static final String MODEL_LIST =
            "{\"object\":\"list\",\"data\":[{\"id\":\"load\",\"object\":\"model\",\"created\":1,\"owned_by\":\"load\"}]}";
    private static final byte[] MODELS = ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                    + MODEL_LIST.length() + "\r\n\r\n" + MODEL_LIST)
            .getBytes(StandardCharsets.UTF_8);
    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8);

    private final int tokens;
    private final long everyNanos;

    private PacedUpstream(int tokens, Duration every) {
        this.tokens = tokens;
        this.everyNanos = every.toNanos();
    }

    /** Serves until the process ends. Arguments: {@code PORT TOKENS MILLIS}. */
    public static void main(String[] arguments) throws IOException {
        PacedUpstream upstream =
                new PacedUpstream(Integer.parseInt(arguments[1]), Duration.ofMillis(Long.parseLong(arguments[2])));
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(arguments[0]), BACKLOG, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> upstream.serve(connection));
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                BufferedInputStream in = new BufferedInputStream(connection.getInputStream(), 1 << 12);
                OutputStream out = connection.getOutputStream()) {
            connection.setTcpNoDelay(true);
            while (true) {
                HttpHead head = HttpHead.read(in);
                head.readBody(in);
                if (head.firstLine().startsWith("GET ")) {
                    out.write(MODELS);
                } else {
                    stream(out);
                }
            }
        } catch (IOException closed) {
            // The caller is gone, and the connection with it.
        }
    }

    private void stream(OutputStream out) throws IOException {
        long begin = System.nanoTime();
        out.write(HEAD);
        for (int token = 0; token < tokens; token++) {
            long due = begin + token * everyNanos;
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            out.write(chunk(event("{\"content\":\"" + token + "@" + System.nanoTime() + " \"}", "null")));
        }
        String usage = "\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":" + tokens + ",\"total_tokens\":"
                + (200 + tokens) + "}";
        out.write(chunk(event("{}", "\"stop\"") + data("\"choices\":[]," + usage) + "data: [DONE]\n\n"));
        out.write("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    }

    private static String event(String delta, String finish) {
        return data("\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]");
    }

    private static String data(String members) {
        return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"load\"," + members
                + "}\n\n";
    }

    private static byte[] chunk(String text) {
        return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }
}

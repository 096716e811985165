package dev.millrace.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An OpenAI-compatible server that answers every chat completion with the same few words at once, so that what is measured in
 * front of it is the gateway's own cost. A thread a connection, keep-alive, loopback only.
 */
public final class Upstream {
    private static final int BACKLOG = 512;
    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":8,\"total_tokens\":208}";
    private static final byte[] WHOLE = response(
            "application/json",
            "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"load\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"one two three four five six seven eight\"},"
                    + "\"finish_reason\":\"stop\"}]," + USAGE + "}");
    private static final byte[] MODELS = response(
            "application/json",
            "{\"object\":\"list\",\"data\":[{\"id\":\"load\",\"object\":\"model\",\"created\":1,\"owned_by\":\"load\"}]}");
    private static final byte[] STREAM = response("text/event-stream", events());

    private Upstream() {}

    /** Serves on the port of the first argument until the process ends. */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(arguments[0]), BACKLOG, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket connection = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(connection));
            }
        }
    }

    private static String events() {
        StringBuilder text = new StringBuilder();
        for (String word : List.of("one", "two", "three", "four", "five", "six", "seven", "eight")) {
            text.append(event("{\"content\":\"" + word + " \"}", "null", ""));
        }
        return text.append(event("{}", "\"stop\"", ""))
                .append(
                        "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"load\",\"choices\":[],")
                .append(USAGE)
                .append("}\n\ndata: [DONE]\n\n")
                .toString();
    }

    private static String event(String delta, String finish, String more) {
        return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"load\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]" + more + "}\n\n";
    }

    private static byte[] response(String type, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return ("HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\ncontent-length: " + length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void serve(Socket connection) {
        try (connection;
                BufferedInputStream in = new BufferedInputStream(connection.getInputStream(), 1 << 16);
                OutputStream out = new BufferedOutputStream(connection.getOutputStream(), 1 << 16)) {
            connection.setTcpNoDelay(true);
            while (true) {
                HttpHead head = HttpHead.read(in);
                String body = new String(head.readBody(in), StandardCharsets.UTF_8);
                out.write(answer(head.firstLine(), body));
                out.flush();
            }
        } catch (IOException closed) {
            // The caller is gone, and the connection with it.
        }
    }

    private static byte[] answer(String firstLine, String body) {
        if (firstLine.startsWith("GET ")) {
            return MODELS;
        }
        return body.contains("\"stream\":true") || body.contains("\"stream\": true") ? STREAM : WHOLE;
    }
}

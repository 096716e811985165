package dev.millrace.gateway.openai;

import java.nio.charset.StandardCharsets;

/** The frames of an event stream that are not chunks. */
public final class Sse {
    static final String DATA = "data: ";
    static final String END = "\n\n";
    static final String DONE = "data: [DONE]\n\n";
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private Sse() {}

    /** A line that readers skip and proxies take for life. */
    public static byte[] comment() {
        return COMMENT.clone();
    }

    /**
     * How a stream ends that cannot go on: named, told and closed, because most clients take a connection that just closes
     * for a whole answer.
     */
    public static byte[] fault(OpenAiError error, String requestId) {
        JsonOut out = new JsonOut(640).text("event: error\n").text(DATA);
        error.write(out, requestId);
        return out.text(END).text(DONE).toBytes();
    }
}

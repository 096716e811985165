package dev.millrace.testing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes what the fake cloud was asked and how it ended, a line of JSON each, so that a script can look. */
final class CloudLog {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** Writes nothing. */
    static final CloudLog NONE = new CloudLog(new PrintStream(PrintStream.nullOutputStream(), false));

    private final PrintStream out;

    private CloudLog(PrintStream out) {
        this.out = out;
    }

    /** Writes a new file. */
    static CloudLog to(Path file) throws IOException {
        return new CloudLog(new PrintStream(file.toFile(), StandardCharsets.UTF_8));
    }

    /** The body is told as the text that came, so that a number that was changed on its way shows. */
    void asked(CloudAttempt attempt) {
        Map<String, Object> line = head("asked", attempt);
        line.put("body", attempt.body());
        write(line);
    }

    void ended(CloudAttempt attempt) {
        Map<String, Object> line = head("ended", attempt);
        line.put("words", attempt.wordsSent());
        line.put("wordsAfterClose", attempt.wordsSentAfterClose());
        line.put("callerGone", attempt.callerGone());
        write(line);
    }

    private static Map<String, Object> head(String event, CloudAttempt attempt) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put("millis", System.currentTimeMillis());
        line.put("path", attempt.path());
        line.put("model", attempt.model());
        return line;
    }

    private void write(Map<String, Object> line) {
        out.print(JSON.toJson(line) + "\n");
        out.flush();
    }
}

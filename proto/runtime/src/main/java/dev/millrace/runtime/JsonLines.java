package dev.millrace.runtime;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.google.gson.JsonObject;
import dev.millrace.telemetry.Trace;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.event.KeyValuePair;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes each log event as one line of JSON, for programs that gather logs: the service is a field, and so are the ids of the
 * trace that the event belongs to. It runs on the thread that logs, which is the one that knows the trace.
 */
final class JsonLines extends LogLines {

    private final String service;

    JsonLines(String service) {
        this.service = service;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonObject line = new JsonObject();
        line.addProperty("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
        line.addProperty("level", event.getLevel().toString());
        line.addProperty("service", service);
        line.addProperty("logger", event.getLoggerName());
        line.addProperty("message", event.getFormattedMessage());
        Trace.id().ifPresent(id -> line.addProperty("trace_id", id));
        Trace.spanId().ifPresent(id -> line.addProperty("span_id", id));
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> add(line, pair));
        }
        if (event.getThrowableProxy() != null) {
            line.addProperty("exception", trace(event));
        }
        return (line + "\n").getBytes(UTF_8);
    }

    /** A pair never takes the place of what every line has. */
    private static void add(JsonObject line, KeyValuePair pair) {
        if (line.has(pair.key)) {
            return;
        }
        if (pair.value instanceof Number number) {
            line.addProperty(pair.key, number);
        } else {
            line.addProperty(pair.key, Objects.toString(pair.value));
        }
    }
}

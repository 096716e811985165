package dev.millrace.telemetry;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

/**
 * Keeps the last spans of a service in a file, one line a span in the JSON form of OTLP, which is also what a collector's
 * file exporter writes. At its full size the file takes the place of the one before it, so that two exist at most. Used by
 * one thread.
 */
final class SpanFile implements SpanExporter {
    private static final long BYTES_MAX = 4 << 20;
    /** Files of processes of one service that have ended. */
    private static final int ENDED_MAX = 4;

    private final Path file;
    private final Path older;
    private final long bytesMax;

    SpanFile(Path file, long bytesMax) {
        this.file = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
        this.bytesMax = bytesMax;
    }

    /** Files of several processes of one service lie beside each other; the oldest of those that have ended are removed. */
    static SpanFile in(Path folder, String service) {
        removeOld(folder, service);
        return new SpanFile(
                folder.resolve(service + "-" + ProcessHandle.current().pid() + ".jsonl"), BYTES_MAX);
    }

    private static void removeOld(Path folder, String service) {
        Pattern form = Pattern.compile(Pattern.quote(service) + "-([0-9]{1,10})\\.jsonl(\\.1)?");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> ended = files.filter(file -> {
                        Matcher name = form.matcher(String.valueOf(file.getFileName()));
                        return name.matches()
                                && ProcessHandle.of(Long.parseLong(name.group(1)))
                                        .isEmpty();
                    })
                    .sorted(Comparator.comparing(SpanFile::written).reversed())
                    .toList();
            for (Path old : ended.subList(Math.min(ENDED_MAX, ended.size()), ended.size())) {
                Files.deleteIfExists(old);
            }
        } catch (IOException notThereOrNotOurs) {
            // They take room and nothing else.
        }
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        StringBuilder lines = new StringBuilder();
        spans.forEach(span -> lines.append(line(span)).append('\n'));
        try {
            Files.createDirectories(file.getParent());
            if (Files.exists(file) && Files.size(file) > bytesMax) {
                Files.move(file, older, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.writeString(file, lines, UTF_8, CREATE, APPEND);
            return CompletableResultCode.ofSuccess();
        } catch (IOException full) {
            return CompletableResultCode.ofFailure();
        }
    }

    private static JsonObject line(SpanData span) {
        JsonObject scope = new JsonObject();
        scope.add("spans", arrayOf(span(span)));
        JsonObject resource = new JsonObject();
        resource.add("attributes", attributes(span.getResource().getAttributes()));
        JsonObject all = new JsonObject();
        all.add("resource", resource);
        all.add("scopeSpans", arrayOf(scope));
        JsonObject line = new JsonObject();
        line.add("resourceSpans", arrayOf(all));
        return line;
    }

    private static JsonObject span(SpanData span) {
        JsonObject json = new JsonObject();
        json.addProperty("traceId", span.getTraceId());
        json.addProperty("spanId", span.getSpanId());
        if (span.getParentSpanContext().isValid()) {
            json.addProperty("parentSpanId", span.getParentSpanId());
        }
        json.addProperty("name", span.getName());
        json.addProperty("kind", kind(span.getKind()));
        json.addProperty("startTimeUnixNano", Long.toString(span.getStartEpochNanos()));
        json.addProperty("endTimeUnixNano", Long.toString(span.getEndEpochNanos()));
        json.add("attributes", attributes(span.getAttributes()));
        JsonObject status = new JsonObject();
        if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
            status.addProperty("code", 2);
        }
        json.add("status", status);
        return json;
    }

    /** The numbers of OTLP's enumeration. */
    private static int kind(SpanKind kind) {
        return switch (kind) {
            case INTERNAL -> 1;
            case SERVER -> 2;
            case CLIENT -> 3;
            case PRODUCER -> 4;
            case CONSUMER -> 5;
        };
    }

    private static JsonArray attributes(Attributes attributes) {
        JsonArray all = new JsonArray();
        attributes.forEach((key, value) -> all.add(attribute(key, value)));
        return all;
    }

    private static JsonObject attribute(AttributeKey<?> key, Object value) {
        JsonObject attribute = new JsonObject();
        attribute.addProperty("key", key.getKey());
        attribute.add("value", value(value));
        return attribute;
    }

    private static JsonObject value(Object value) {
        JsonObject json = new JsonObject();
        switch (value) {
            case Long number -> json.addProperty("intValue", number.toString());
            case Double number -> json.addProperty("doubleValue", number);
            case Boolean truth -> json.addProperty("boolValue", truth);
            case List<?> values -> {
                JsonArray items = new JsonArray();
                values.forEach(item -> items.add(value(item)));
                JsonObject list = new JsonObject();
                list.add("values", items);
                json.add("arrayValue", list);
            }
            default -> json.addProperty("stringValue", value.toString());
        }
        return json;
    }

    private static JsonArray arrayOf(JsonObject one) {
        JsonArray array = new JsonArray();
        array.add(one);
        return array;
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}

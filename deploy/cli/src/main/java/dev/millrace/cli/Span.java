package dev.millrace.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One step of a trace as a service or sidecar wrote it down.
 *
 * @param parentId the step around it; empty: it is the first
 * @param startNanos since 1970
 * @param tags what is told beside the name, as text
 */
record Span(
        String traceId,
        String spanId,
        String parentId,
        String service,
        String name,
        long startNanos,
        long endNanos,
        boolean failed,
        Map<String, String> tags) {

    private static final int FAILED = 2;

    Span {
        tags = Map.copyOf(tags);
    }

    String tag(String key) {
        return tags.getOrDefault(key, "");
    }

    long nanos() {
        return endNanos - startNanos;
    }

    /** The spans of one line in the JSON form of OTLP; none where the line was cut or is something else. */
    static List<Span> ofLine(String line) {
        List<Span> spans = new ArrayList<>();
        try {
            for (JsonElement resource : list(JsonParser.parseString(line).getAsJsonObject(), "resourceSpans")) {
                String service = tags(resource.getAsJsonObject().getAsJsonObject("resource"))
                        .getOrDefault("service.name", "");
                for (JsonElement scope : list(resource.getAsJsonObject(), "scopeSpans")) {
                    list(scope.getAsJsonObject(), "spans")
                            .forEach(span -> spans.add(of(service, span.getAsJsonObject())));
                }
            }
            return spans;
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | NumberFormatException cut) {
            return List.of();
        }
    }

    private static Span of(String service, JsonObject span) {
        return new Span(
                text(span, "traceId"),
                text(span, "spanId"),
                text(span, "parentSpanId"),
                service,
                text(span, "name"),
                Long.parseLong(text(span, "startTimeUnixNano")),
                Long.parseLong(text(span, "endTimeUnixNano")),
                span.has("status")
                        && text(span.getAsJsonObject("status"), "code").equals(Integer.toString(FAILED)),
                tags(span));
    }

    private static Map<String, String> tags(JsonObject holder) {
        Map<String, String> tags = new HashMap<>();
        for (JsonElement each : list(holder, "attributes")) {
            JsonObject attribute = each.getAsJsonObject();
            tags.put(text(attribute, "key"), value(attribute.getAsJsonObject("value")));
        }
        return tags;
    }

    private static String value(JsonObject value) {
        if (!value.has("arrayValue")) {
            return value.entrySet().stream()
                    .findFirst()
                    .map(entry -> entry.getValue().getAsString())
                    .orElse("");
        }
        List<String> items = new ArrayList<>();
        list(value.getAsJsonObject("arrayValue"), "values").forEach(item -> items.add(value(item.getAsJsonObject())));
        return String.join(",", items);
    }

    private static List<JsonElement> list(JsonObject holder, String key) {
        return holder.has(key) ? holder.getAsJsonArray(key).asList() : List.of();
    }

    private static String text(JsonObject holder, String key) {
        return holder.has(key) ? holder.get(key).getAsString() : "";
    }
}

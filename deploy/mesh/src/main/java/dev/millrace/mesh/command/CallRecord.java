package dev.millrace.mesh.command;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One call as a sidecar saw it.
 *
 * @param sidecar whose record it is, such as {@code gateway-1} or {@code edge}
 * @param listener the door that it came through: egress, ingress, ingress-http, edge-http, edge-grpc
 * @param ids the turn and every name of the call
 */
record CallRecord(
        String sidecar,
        String listener,
        Instant start,
        Set<String> ids,
        String path,
        String peer,
        String upstream,
        long millis,
        String result,
        int attempts) {
    private static final List<String> NAMES = List.of("turn", "request_id", "answered_id");

    /** Reads one line of a record; empty where it is not whole. */
    static Optional<CallRecord> parse(String sidecar, String line) {
        try {
            JsonObject json = JsonParser.parseString(line).getAsJsonObject();
            return Optional.of(new CallRecord(
                    sidecar,
                    text(json, "listener"),
                    Instant.parse(text(json, "start")),
                    ids(json),
                    text(json, "path"),
                    text(json, "peer"),
                    text(json, "upstream"),
                    Math.round(Double.parseDouble(text(json, "millis"))),
                    result(json),
                    Integer.parseInt(text(json, "attempts"))));
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException | DateTimeException cut) {
            return Optional.empty();
        }
    }

    private static Set<String> ids(JsonObject json) {
        Set<String> ids = new TreeSet<>();
        for (String name : NAMES) {
            ids.add(text(json, name));
        }
        return ids;
    }

    private static String result(JsonObject json) {
        String grpc = text(json, "grpc_status");
        String flags = text(json, "flags");
        return (grpc.isEmpty() ? text(json, "status") : grpc) + (flags.equals("-") ? "" : " " + flags);
    }

    private static String text(JsonObject json, String name) {
        JsonElement value = json.get(name);
        return value == null || value.isJsonNull() ? "" : value.getAsString();
    }

    boolean has(Set<String> wanted) {
        return ids.stream().anyMatch(id -> !id.isEmpty() && wanted.contains(id));
    }

    /** The id that begins so; the whole of it where there are several. */
    Optional<String> idFrom(String beginning) {
        return ids.stream().filter(id -> id.startsWith(beginning)).findFirst();
    }

    /** From whom to whom, as this sidecar can tell. */
    String way() {
        return listener.startsWith("ingress")
                ? "-> " + sidecar
                : sidecar + " -> " + (listener.equals("egress") ? peer : "gateway");
    }
}

package dev.millrace.mesh.fleet;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.envoy.AdminSocket;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The certificates that a sidecar shows to others, by its own word: with a bad one nobody takes or answers its calls. */
final class ShownCertificates {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private ShownCertificates() {}

    private record Shown(Instant end, List<String> names) {}

    /**
     * Whether others take them.
     *
     * @throws IOException in words where they do not, with the command that makes a new one, or where it cannot be asked
     */
    static void requireGood(Folders folders, String id, String service) throws IOException {
        Optional<String> complaint =
                complaint(AdminSocket.certificates(folders.admin(id)), "spiffe://millrace/" + service, Instant.now());
        if (complaint.isPresent()) {
            throw new IOException(complaint.get() + ". Make a new one: " + MeshFiles.certificates(folders) + " "
                    + folders.certificates() + " " + service);
        }
    }

    /** What is wrong with them; empty: nothing. */
    static Optional<String> complaint(String told, String name, Instant now) {
        List<Shown> all = shown(told);
        Optional<Shown> first = all.stream().min(Comparator.comparing(Shown::end));
        if (first.isEmpty()) {
            return Optional.of("it has no certificate");
        }
        if (!first.get().end().isAfter(now)) {
            return Optional.of(
                    "its certificate expired on " + MINUTE.format(first.get().end()));
        }
        return all.stream()
                .filter(one -> !one.names().contains(name))
                .findFirst()
                .map(one -> "its certificate is for " + String.join(", ", one.names()) + " (expected: " + name + ")");
    }

    private static List<Shown> shown(String told) {
        List<Shown> all = new ArrayList<>();
        for (JsonElement one : JsonParser.parseString(told).getAsJsonObject().getAsJsonArray("certificates")) {
            JsonElement chain = one.getAsJsonObject().get("cert_chain");
            if (chain != null && !chain.getAsJsonArray().isEmpty()) {
                // What follows in a chain is its issuers'.
                all.add(shown(chain.getAsJsonArray().get(0).getAsJsonObject()));
            }
        }
        return all;
    }

    private static Shown shown(JsonObject certificate) {
        List<String> names = new ArrayList<>();
        JsonElement told = certificate.get("subject_alt_names");
        if (told != null) {
            for (JsonElement name : told.getAsJsonArray()) {
                JsonElement uri = name.getAsJsonObject().get("uri");
                names.add(uri == null ? name.toString() : uri.getAsString());
            }
        }
        return new Shown(Instant.parse(certificate.get("expiration_time").getAsString()), names);
    }
}

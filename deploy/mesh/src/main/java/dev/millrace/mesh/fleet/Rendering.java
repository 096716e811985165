package dev.millrace.mesh.fleet;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.ConsulFault;
import dev.millrace.mesh.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether consul-template hands on what Consul says: nobody can ask it, but what it wrote for a sidecar can be held against what it
 * was to write.
 */
final class Rendering {
    /** What has just changed is on its way; within the patience of whoever asks. */
    private static final int LOOKS = 8;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** Only a change of what Consul says makes a list anew. */
    private static final String ANEW =
            "Sidecars go on with what they have read. A restart writes it anew: millrace down,"
                    + " then millrace up --mesh";

    private final Folders folders;
    private final ConsulAgent agent;

    Rendering(Folders folders, ConsulAgent agent) {
        this.folders = folders;
        this.agent = agent;
    }

    /** Throws where a sidecar reads something else of a service than Consul says, for longer than a change takes. */
    void requireFresh(String service) throws IOException, InterruptedException {
        for (int look = 1; !isFresh(service); look++) {
            if (look == LOOKS) {
                throw new IOException("its list of " + service + " is not what Consul says");
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** Of what Consul does not know, or does not say, nothing can be told: a filled list is kept then on purpose. */
    private boolean isFresh(String service) throws IOException {
        Map<String, Boolean> known = new TreeMap<>();
        try {
            Health.of(service, agent).forEach((id, state) -> known.put(id, Health.isCritical(state)));
        } catch (ConsulFault away) {
            return true;
        }
        return known.isEmpty() || known.equals(listed(service));
    }

    /** Of each instance in the list whether sidecars are told to pass it by. */
    private Map<String, Boolean> listed(String service) throws IOException {
        Map<String, Boolean> listed = new TreeMap<>();
        Path file = folders.live().resolve(service + ".json");
        try {
            JsonObject list = JsonParser.parseString(Files.readString(file))
                    .getAsJsonObject()
                    .getAsJsonArray("resources")
                    .get(0)
                    .getAsJsonObject();
            for (JsonElement group : list.has("endpoints") ? list.getAsJsonArray("endpoints") : new JsonArray()) {
                for (JsonElement each : group.getAsJsonObject().getAsJsonArray("lb_endpoints")) {
                    JsonObject endpoint = each.getAsJsonObject();
                    listed.put(
                            instance(endpoint),
                            endpoint.get("health_status").getAsString().equals("UNHEALTHY"));
                }
            }
        } catch (NoSuchFileException gone) {
            throw new IOException("its list of " + service + " is gone (" + file + "). " + ANEW, gone);
        } catch (JsonParseException
                | IllegalStateException
                | IndexOutOfBoundsException
                | NullPointerException
                | ClassCastException otherForm) {
            throw new IOException(
                    "its list of " + service + " is no list of instances (" + file + "). " + ANEW, otherForm);
        }
        return listed;
    }

    private static String instance(JsonObject endpoint) {
        return endpoint.getAsJsonObject("metadata")
                .getAsJsonObject("filter_metadata")
                .getAsJsonObject("envoy.lb")
                .get("instance")
                .getAsString();
    }
}

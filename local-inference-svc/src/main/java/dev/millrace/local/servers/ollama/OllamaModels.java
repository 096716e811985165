package dev.millrace.local.servers.ollama;

import dev.millrace.local.EngineFault;
import dev.millrace.local.LocalModel;
import dev.millrace.local.LocalModel.State;
import dev.millrace.local.ModelAbilities;
import dev.millrace.local.ModelAbilities.SeedWorth;
import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.ServerConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Reads which models an Ollama has and which are in memory; what never changes of a model is asked once. */
final class OllamaModels {
    private static final String LATEST = ":latest";

    private final ServerConnection connection;
    private final long contextLengthMax;
    /** By digest; only the watching thread touches it. */
    private final Map<String, Json> shown = new HashMap<>();

    OllamaModels(ServerConnection connection, long contextLengthMax) {
        this.connection = connection;
        this.contextLengthMax = contextLengthMax;
    }

    synchronized List<LocalModel> read() throws EngineFault {
        Map<String, Json> loaded = new HashMap<>();
        for (Json entry : connection.get("/api/ps").get("models").items()) {
            loaded.put(id(entry.get("name").text()), entry);
        }
        List<LocalModel> models = new ArrayList<>();
        Set<String> digests = new HashSet<>();
        for (Json entry : connection.get("/api/tags").get("models").items()) {
            String id = id(entry.get("name").text());
            digests.add(entry.get("digest").text());
            Json running = loaded.getOrDefault(id, new Json(null));
            models.add(model(id, entry, running));
        }
        shown.keySet().retainAll(digests);
        return models;
    }

    private LocalModel model(String id, Json entry, Json running) throws EngineFault {
        Json details = details(id, entry.get("digest").text());
        OptionalLong window = OptionalLong.empty();
        for (Map.Entry<String, Json> fact : details.get("model_info").members().entrySet()) {
            if (fact.getKey().endsWith(".context_length")) {
                window = fact.getValue().number();
            }
        }
        Set<String> can = new HashSet<>();
        details.get("capabilities").items().forEach(word -> can.add(word.text()));
        boolean chats = can.isEmpty() || can.contains("completion");
        OptionalLong bytes = running.isPresent()
                ? running.get("size").number()
                : entry.get("size").number();
        return new LocalModel(
                id,
                OllamaEngine.NAME,
                OptionalLong.of(Math.min(window.orElse(contextLengthMax), contextLengthMax)),
                new ModelAbilities(
                        chats,
                        can.contains("tools"),
                        can.contains("vision"),
                        chats,
                        can.contains("embedding") || can.isEmpty(),
                        false,
                        false,
                        SeedWorth.BEST_EFFORT),
                running.isPresent() ? State.LOADED : State.COLD,
                "",
                bytes);
    }

    private Json details(String id, String digest) throws EngineFault {
        Json known = shown.get(digest);
        if (known == null) {
            known = connection.postQuick("/api/show", Map.of("model", id));
            shown.put(digest, known);
        }
        return known;
    }

    static String id(String name) {
        return name.endsWith(LATEST) ? name.substring(0, name.length() - LATEST.length()) : name;
    }
}

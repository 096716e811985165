package dev.millrace.local.servers.openai;

import dev.millrace.local.EngineFault;
import dev.millrace.local.LocalModel;
import dev.millrace.local.LocalModel.State;
import dev.millrace.local.ModelAbilities;
import dev.millrace.local.ModelAbilities.SeedWorth;
import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.ServerConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads which models a server has. All list them at {@code /v1/models}; what else they tell, each tells in its own way:
 * llama-server the window and the slots of its one model in {@code /props}; vLLM the window in the list, of an adapter only
 * by the model that it belongs to; LocalAI, whose list has names alone, the rest in {@code /v1/models/capabilities}.
 */
final class OpenAiModels {
    private static final Json NOTHING = new Json(null);

    private final ServerConnection connection;

    OpenAiModels(ServerConnection connection) {
        this.connection = connection;
    }

    Listing read() throws EngineFault {
        Json properties = whereServed("/props");
        Map<String, Json> listed = byId(connection.get("/v1/models"));
        Map<String, Json> told = tellsNamesAlone(listed) ? byId(whereServed("/v1/models/capabilities")) : Map.of();
        List<LocalModel> models = new ArrayList<>();
        listed.forEach((id, entry) -> {
            Told ofModel = new Told(listed, told.getOrDefault(id, NOTHING), properties);
            if (ofModel.isOfUse()) {
                models.add(model(id, entry, ofModel));
            }
        });
        return new Listing(models, properties.get("total_slots").number());
    }

    private static LocalModel model(String id, Json entry, Told told) {
        boolean isVllm = entry.get("owned_by").text().equals("vllm");
        boolean chats = told.can("chat") || told.can("completion");
        return new LocalModel(
                id,
                OpenAiEngine.NAME,
                told.window(entry),
                new ModelAbilities(
                        chats, chats, told.sees(), chats, told.can("embeddings"), isVllm, chats, SeedWorth.BEST_EFFORT),
                State.LOADED,
                "",
                entry.get("meta").get("size").number());
    }

    private static Map<String, Json> byId(Json list) {
        Map<String, Json> byId = new LinkedHashMap<>();
        for (Json entry : list.get("data").items()) {
            String id = entry.get("id").text();
            if (!id.isEmpty()) {
                byId.put(id, entry);
            }
        }
        return byId;
    }

    private static boolean tellsNamesAlone(Map<String, Json> listed) {
        return !listed.isEmpty()
                && listed.values().stream()
                        .noneMatch(entry -> entry.get("owned_by").isPresent());
    }

    /** Not every server has it: a refusal says nothing, a server that is not there says all. */
    private Json whereServed(String path) throws EngineFault {
        try {
            return connection.get(path);
        } catch (EngineFault absent) {
            if (absent.kind() == EngineFault.Kind.UNREACHABLE) {
                throw absent;
            }
            return NOTHING;
        }
    }

    /** @param slots how many generations the server runs at once; empty: it does not tell */
    record Listing(List<LocalModel> models, OptionalLong slots) {}

    /**
     * What is told of one model beside its entry in the list.
     *
     * @param listed all entries by their ids
     * @param capabilities its entry at LocalAI
     * @param properties those of a server with one model
     */
    private record Told(Map<String, Json> listed, Json capabilities, Json properties) {
        /** What a server does not say of its models is taken for granted: it refuses by itself. */
        boolean can(String ability) {
            Set<String> words = words();
            return words.isEmpty() || words.contains(ability);
        }

        private Set<String> words() {
            Set<String> words = new HashSet<>();
            capabilities.get("capabilities").items().forEach(word -> words.add(word.text()));
            return words;
        }

        /** Models for speech or pictures alone are listed too, and no call of ours could use them. */
        boolean isOfUse() {
            return can("chat") || can("completion") || can("embeddings");
        }

        boolean sees() {
            return words().contains("vision")
                    || properties.get("modalities").get("vision").isTrue();
        }

        OptionalLong window(Json entry) {
            Json parent = listed.getOrDefault(entry.get("parent").text(), NOTHING);
            List<Json> places = List.of(
                    entry.get("max_model_len"),
                    parent.get("max_model_len"),
                    capabilities.get("context_size"),
                    properties.get("default_generation_settings").get("n_ctx"));
            return places.stream()
                    .map(Json::number)
                    .filter(OptionalLong::isPresent)
                    .findFirst()
                    .orElse(OptionalLong.empty());
        }
    }
}

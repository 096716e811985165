package dev.millrace.local.servers.openai;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import dev.millrace.local.Vectors;
import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.ServerEngine;
import dev.millrace.local.servers.ServerFaults;
import dev.millrace.local.servers.ServerSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A server that speaks the OpenAI protocol on the operator's own machines: llama-server, LocalAI, vLLM. */
public final class OpenAiEngine extends ServerEngine {
    /** What callers read as the engine's name. */
    public static final String NAME = "openai";

    private static final List<String> STREAM_TYPES = List.of("text/event-stream", "text/plain");

    /** Servers of this sort batch; those that tell their slots are asked. */
    private static final int SLOTS_DEFAULT = 4;

    private final OpenAiModels models;

    public OpenAiEngine(ServerSpec spec) {
        super(
                spec,
                new ServerFaults(
                        NAME + " engine", "start the engine, or correct its address", "start it with that model"),
                SLOTS_DEFAULT);
        this.models = new OpenAiModels(connection);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    protected List<LocalModel> discover() throws EngineFault {
        OpenAiModels.Listing listing = models.read();
        listing.slots().ifPresent(slots -> slotsTold((int) slots));
        return listing.models();
    }

    @Override
    public Ending generate(Generation generation, Answer answer) throws EngineFault, InterruptedException {
        @Nullable LocalModel model = model(generation.model());
        OptionalLong window = model == null ? OptionalLong.empty() : model.contextLength();
        ChatRequest request = request(generation, window);
        ChatStream stream = new ChatStream(generation, request.dropped(), answer, spec, faults);
        try {
            connection.stream("/v1/chat/completions", request.body(), STREAM_TYPES, answer, stream::line);
            return stream.ending();
        } catch (EngineFault failure) {
            throw noted(failure);
        }
    }

    private static ChatRequest request(Generation generation, OptionalLong window) throws EngineFault {
        try {
            return ChatRequest.of(generation, window);
        } catch (IOException noJson) {
            throw new EngineFault(EngineFault.Kind.FIELD_INVALID, "a schema or extra_parameters_json is not valid JSON")
                    .with("field", "extra_parameters_json");
        }
    }

    @Override
    public Vectors embed(String model, List<String> texts, BooleanSupplier isCancelled) throws EngineFault {
        Json answer = connection.postForCall("/v1/embeddings", Map.of("model", model, "input", texts));
        float[][] vectors = new float[texts.size()][];
        for (Json entry : answer.get("data").items()) {
            int index = (int) entry.get("index").number().orElse(-1);
            if (index >= 0 && index < vectors.length) {
                vectors[index] = vector(entry.get("embedding"));
            }
        }
        for (float @Nullable [] vector : vectors) {
            if (vector == null || vector.length == 0) {
                throw faults.failed(spec, "it gave fewer vectors than texts");
            }
        }
        return new Vectors(
                List.of(vectors),
                NAME + ":" + model,
                answer.get("usage").get("prompt_tokens").tokens());
    }

    private static float[] vector(Json numbers) {
        List<Json> items = numbers.items();
        float[] vector = new float[items.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = items.get(i).decimal().orElse(0.0).floatValue();
        }
        return vector;
    }
}

package dev.millrace.local.servers.ollama;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import dev.millrace.local.LocalModel.State;
import dev.millrace.local.Vectors;
import dev.millrace.local.servers.Json;
import dev.millrace.local.servers.ServerEngine;
import dev.millrace.local.servers.ServerFaults;
import dev.millrace.local.servers.ServerSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An Ollama, through its native API: its OpenAI one cannot choose the window. */
public final class OllamaEngine extends ServerEngine {
    /** What callers read as the engine's name. */
    public static final String NAME = "ollama";

    /** What OLLAMA_NUM_PARALLEL is where nobody sets it: more would wait inside of Ollama, invisibly. */
    private static final int SLOTS_DEFAULT = 1;

    private static final List<String> STREAM_TYPES = List.of("application/x-ndjson", "application/json", "text/plain");

    private static final Duration UNLOAD_MAX = Duration.ofSeconds(5);
    private static final Duration UNLOAD_LOOK_AGAIN = Duration.ofMillis(20);

    private final OllamaModels models;

    public OllamaEngine(ServerSpec spec) {
        super(
                spec,
                new ServerFaults("Ollama", "start it with `ollama serve`", "fetch it with `ollama pull MODEL`"),
                SLOTS_DEFAULT);
        this.models = new OllamaModels(connection, spec.contextLength());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    protected List<LocalModel> discover() throws EngineFault {
        return models.read();
    }

    @Override
    public Ending generate(Generation generation, Answer answer) throws EngineFault, InterruptedException {
        if (isCold(generation.model())) {
            answer.loading(OptionalDouble.empty());
        }
        OllamaStream stream = new OllamaStream(generation, answer, spec, faults);
        try {
            connection.stream("/api/chat", body(generation), STREAM_TYPES, answer, stream::line);
            return stream.ending();
        } catch (EngineFault failure) {
            throw noted(failure);
        }
    }

    private boolean isCold(String id) {
        @Nullable LocalModel model = model(id);
        return model != null && model.state() == State.COLD;
    }

    private Map<String, Object> body(Generation generation) throws EngineFault {
        try {
            return OllamaRequest.of(generation, window(generation.model()));
        } catch (IOException noJson) {
            throw new EngineFault(EngineFault.Kind.FIELD_INVALID, "a schema or a tool's arguments are not valid JSON")
                    .with("field", "response_format");
        }
    }

    private long window(String id) {
        @Nullable LocalModel model = model(id);
        return model == null ? spec.contextLength() : model.contextLength().orElse(spec.contextLength());
    }

    @Override
    public Vectors embed(String model, List<String> texts, BooleanSupplier isCancelled) throws EngineFault {
        Json answer = connection.postForCall("/api/embed", Map.of("model", model, "input", texts, "truncate", false));
        List<float[]> vectors = new ArrayList<>();
        for (Json numbers : answer.get("embeddings").items()) {
            List<Json> items = numbers.items();
            float[] vector = new float[items.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = items.get(i).decimal().orElse(0.0).floatValue();
            }
            vectors.add(vector);
        }
        if (vectors.size() != texts.size()) {
            throw faults.failed(spec, "it gave " + vectors.size() + " vectors for " + texts.size() + " texts");
        }
        return new Vectors(
                vectors, NAME + ":" + model, answer.get("prompt_eval_count").tokens());
    }

    @Override
    public void load(String model, LoadListener listener) throws EngineFault, InterruptedException {
        listener.loaded(OptionalDouble.empty());
        connection.post(
                "/api/generate", Map.of("model", model, "stream", false, "options", Map.of("num_ctx", window(model))));
        refresh();
    }

    @Override
    public void unload(String model) throws EngineFault {
        connection.post("/api/generate", Map.of("model", model, "stream", false, "keep_alive", 0));
        awaitGone(model);
        refresh();
    }

    /** Ollama answers before its runner has ended; what is listed meanwhile as loaded would soon be wrong. */
    private void awaitGone(String model) throws EngineFault {
        long end = System.nanoTime() + UNLOAD_MAX.toNanos();
        while (isRunning(model) && System.nanoTime() < end) {
            LockSupport.parkNanos(UNLOAD_LOOK_AGAIN.toNanos());
        }
    }

    private boolean isRunning(String model) throws EngineFault {
        return connection.get("/api/ps").get("models").items().stream()
                .anyMatch(entry -> OllamaModels.id(entry.get("name").text()).equals(model));
    }
}

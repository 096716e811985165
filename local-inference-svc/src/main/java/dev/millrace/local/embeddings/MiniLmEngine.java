package dev.millrace.local.embeddings;

import ai.onnxruntime.OrtException;
import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import dev.millrace.local.LocalModel.State;
import dev.millrace.local.ModelAbilities;
import dev.millrace.local.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * MiniLM inside this process, loaded at its first use, because it takes more memory than all the rest. Native code runs on one
 * platform thread.
 */
public final class MiniLmEngine implements Engine {
    /** The model's id. */
    public static final String MODEL = "all-minilm-l6-v2";

    /** What callers read as the engine's name. */
    public static final String NAME = "minilm";

    private static final String SPACE = "all-minilm-l6-v2-q";

    private final EmbeddingsConfig config;
    private final Path cache;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("minilm").factory());
    /** Touched on {@link #thread} alone. */
    private @Nullable MiniLm loaded;

    private volatile LocalModel described;

    /** @param cache a folder that only this user can write */
    public MiniLmEngine(EmbeddingsConfig config, Path cache) {
        this.config = config;
        this.cache = cache;
        this.described = new LocalModel(
                MODEL,
                NAME,
                OptionalLong.of(config.tokensMax()),
                ModelAbilities.embeddingsOnly(),
                State.COLD,
                "",
                OptionalLong.empty());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String address() {
        return "this process";
    }

    @Override
    public int slotCount() {
        return 1;
    }

    @Override
    public List<LocalModel> models() {
        return List.of(described);
    }

    @Override
    public OptionalLong checkFits(Generation generation) {
        return OptionalLong.empty();
    }

    @Override
    public Ending generate(Generation generation, Answer answer) throws EngineFault {
        throw EngineFault.unsupported(MODEL, "chat");
    }

    @Override
    public Vectors embed(String model, List<String> texts, BooleanSupplier isCancelled)
            throws EngineFault, InterruptedException {
        return onThread(() -> {
            MiniLm minilm = loaded();
            List<float[]> vectors = new ArrayList<>(texts.size());
            long tokens = 0;
            for (String text : texts) {
                if (isCancelled.getAsBoolean()) {
                    throw new CancellationException();
                }
                long[] pieces = minilm.pieces(text, config.tokensMax());
                tokens += pieces.length;
                vectors.add(minilm.embed(pieces));
            }
            return new Vectors(vectors, SPACE, OptionalLong.of(tokens));
        });
    }

    @Override
    public void load(String model, LoadListener listener) throws EngineFault, InterruptedException {
        listener.loaded(OptionalDouble.empty());
        onThread(this::loaded);
    }

    @Override
    public void unload(String model) throws EngineFault, InterruptedException {
        onThread(() -> {
            if (loaded != null) {
                loaded.close();
                loaded = null;
            }
            described = described.in(State.COLD);
            return described;
        });
    }

    private MiniLm loaded() throws IOException, OrtException {
        @Nullable MiniLm minilm = loaded;
        if (minilm == null) {
            minilm = MiniLm.load(config.threads(), cache);
            loaded = minilm;
            described = described.in(State.LOADED);
        }
        return minilm;
    }

    private <T> T onThread(NativeWork<T> work) throws EngineFault, InterruptedException {
        Future<T> result = thread.submit(work::run);
        try {
            return result.get();
        } catch (ExecutionException failure) {
            Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
            if (cause instanceof CancellationException gone) {
                throw gone;
            }
            if (cause instanceof LinkageError || cause instanceof IOException) {
                described = described.unavailable("the embedding engine cannot be loaded here: " + cause.getMessage()
                        + ". Use an engine beside this process for embeddings");
            }
            throw new EngineFault(EngineFault.Kind.FAILED, "the embedding engine failed: " + cause.getMessage())
                    .with("detail", String.valueOf(cause.getMessage()));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private interface NativeWork<T> {
        T run() throws IOException, OrtException;
    }
}

package dev.millrace.local.embedded;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import dev.millrace.local.LocalModel.State;
import dev.millrace.local.ModelAbilities;
import dev.millrace.local.ModelAbilities.SeedWorth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * llama.cpp inside this process, with one model. It is never fatal: what keeps the native library or the file from being
 * loaded makes the model UNAVAILABLE with the reason; the next load tries again, but for a library that was refused.
 *
 * <p>Generations hold the read lock as long as they run, so that unloading waits for them; nothing touches a freed model.
 */
public final class LlamaEngine implements Engine {
    /** What callers read as the engine's name. */
    public static final String NAME = "embedded";

    private static final Logger LOG = LoggerFactory.getLogger(LlamaEngine.class);
    private static final String INSTEAD =
            "Run an engine beside this process instead: local-inference.engine=ollama=http://127.0.0.1:11434";
    private static final ModelAbilities ABILITIES =
            new ModelAbilities(true, false, false, false, false, false, false, SeedWorth.EXACT);

    private final EmbeddedConfig config;
    private final Path cache;
    private final ReadWriteLock lock = new ReentrantReadWriteLock(true);
    /** Written under the write lock. */
    private volatile @Nullable LoadedModel loaded;

    private volatile LocalModel described;
    private boolean closed;

    /** @param cache a folder that only this user can write */
    public LlamaEngine(EmbeddedConfig config, Path cache) {
        this.config = config;
        this.cache = cache;
        this.described = new LocalModel(
                config.model(), NAME, OptionalLong.empty(), ABILITIES, State.COLD, "", OptionalLong.empty());
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
        return config.slots();
    }

    @Override
    public List<LocalModel> models() {
        return List.of(described);
    }

    @Override
    public OptionalLong checkFits(Generation generation) throws EngineFault {
        lock.readLock().lock();
        try {
            @Nullable LoadedModel model = loaded;
            return model == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(model.prompt(generation).tokens());
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public Ending generate(Generation generation, Answer answer) throws EngineFault, InterruptedException {
        if (loaded == null) {
            load(generation.model(), answer::loading);
        }
        lock.readLock().lock();
        try {
            @Nullable LoadedModel model = loaded;
            if (model == null) {
                throw new EngineFault(EngineFault.Kind.FAILED, config.model() + " was unloaded just now: ask once more")
                        .with("detail", "unloaded");
            }
            return model.generate(generation, answer);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void load(String model, LoadListener listener) throws EngineFault, InterruptedException {
        if (loaded != null) {
            return;
        }
        listener.loaded(OptionalDouble.empty());
        lock.writeLock().lock();
        try {
            if (loaded == null && !closed) {
                open();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void open() throws EngineFault {
        try {
            NativeLlama.prepare(cache);
            Path file = config.modelFile().isEmpty() ? StarterModel.fileIn(cache) : Path.of(config.modelFile());
            LoadedModel model = LoadedModel.open(config, file, GgufHeader.read(file));
            loaded = model;
            described = new LocalModel(
                    config.model(),
                    NAME,
                    OptionalLong.of(model.contextLength()),
                    ABILITIES,
                    State.LOADED,
                    "",
                    OptionalLong.of(Files.size(file)));
        } catch (IOException | LinkageError failure) {
            String before = described.stateDetail();
            described = described.unavailable(explain(failure));
            if (!before.equals(described.stateDetail())) {
                LOG.atWarn()
                        .addKeyValue("model", config.model())
                        .addKeyValue("why", described.stateDetail())
                        .log("the embedded engine cannot be used");
            }
            LOG.debug("the embedded engine cannot be used", failure);
            throw new EngineFault(EngineFault.Kind.FAILED, described.stateDetail()).with("detail", failure);
        }
    }

    private String explain(Throwable failure) {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return switch (failure) {
            case LinkageError library ->
                "the native llama.cpp library cannot be loaded on " + system + " (" + library.getMessage() + "). "
                        + INSTEAD;
            default ->
                "the embedded engine cannot be loaded on " + system + ": " + failure.getMessage() + ". " + INSTEAD;
        };
    }

    @Override
    public void unload(String model) {
        lock.writeLock().lock();
        try {
            @Nullable LoadedModel open = loaded;
            loaded = null;
            if (open != null) {
                open.close();
                described = described.in(State.COLD);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Waits for running generations, which a stopping process has cancelled before. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            unload(config.model());
        } finally {
            lock.writeLock().unlock();
        }
    }
}

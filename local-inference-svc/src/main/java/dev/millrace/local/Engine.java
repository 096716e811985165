package dev.millrace.local;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Runs models: llama.cpp in this process, or a server beside it. Thread-safe; at most {@link #slotCount} generations are asked
 * of it at once, because the queue stands in front of it.
 */
public interface Engine extends AutoCloseable {
    /** Its kind, as callers read it: {@code embedded}, {@code ollama}, {@code openai}. */
    String name();

    /** Where it is, for messages: an address, or {@code this process}. */
    String address();

    /** How many generations it runs at once, >= 1. */
    int slotCount();

    /** What it has now, as far as is known; never waits. */
    List<LocalModel> models();

    /** Why it has no models to list: it has not answered yet; empty: it has. */
    default Optional<EngineFault> unreached() {
        return Optional.empty();
    }

    /** Checks against the window before a slot is taken; the prompt's exact tokens where the engine can count, else empty. */
    OptionalLong checkFits(Generation generation) throws EngineFault;

    /** Generates an answer on the calling thread and returns when it is whole. */
    Ending generate(Generation generation, Answer answer) throws EngineFault, InterruptedException;

    /** Turns texts into vectors; gives up with a CancellationException once nobody waits for them. */
    default Vectors embed(String model, List<String> texts, BooleanSupplier isCancelled)
            throws EngineFault, InterruptedException {
        throw EngineFault.unsupported(model, "embeddings");
    }

    /** Brings a model into memory; a loaded one stays as it is. */
    default void load(String model, LoadListener listener) throws EngineFault, InterruptedException {
        throw EngineFault.unsupported(model, "loading on demand");
    }

    /** Takes a model out of memory, after the calls that run on it; it is loaded again at its next use. */
    default void unload(String model) throws EngineFault, InterruptedException {
        throw EngineFault.unsupported(model, "unloading");
    }

    @Override
    void close();

    /** Hears how far a load is. */
    @FunctionalInterface
    interface LoadListener {
        /** Between 0 and 1; empty: the engine does not tell. */
        void loaded(OptionalDouble fraction) throws InterruptedException;
    }
}

package dev.millrace.local;

import java.util.OptionalLong;

/**
 * One model of one engine, as callers see it.
 *
 * @param id what callers name it by
 * @param engine which engine runs it, such as {@code embedded} or {@code ollama}
 * @param contextLength tokens that its window holds, prompt and answer together; empty: unknown
 * @param stateDetail why it is unavailable and what to do about it; empty otherwise
 * @param memoryBytes what it takes in memory or VRAM; empty: unknown
 */
public record LocalModel(
        String id,
        String engine,
        OptionalLong contextLength,
        ModelAbilities abilities,
        State state,
        String stateDetail,
        OptionalLong memoryBytes) {

    /** Whether a model can be used now. */
    public enum State {
        /** In memory: the first token comes at once. */
        LOADED,
        /** Loaded at first use. */
        COLD,
        /** Cannot be used. */
        UNAVAILABLE
    }

    public boolean isUsable() {
        return state != State.UNAVAILABLE;
    }

    /** The same model, unusable for the reason given. */
    public LocalModel unavailable(String detail) {
        return new LocalModel(id, engine, contextLength, abilities, State.UNAVAILABLE, detail, memoryBytes);
    }

    /** The same model in another state that needs no explanation. */
    public LocalModel in(State other) {
        return new LocalModel(id, engine, contextLength, abilities, other, "", memoryBytes);
    }
}

package dev.millrace.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The models that calls may name, answered from memory even when every backend is down. */
public interface Catalogue {

    /** All models that prompts may go to, local ones first, each backend's in its own order, each as it was last told. */
    List<Entry> models();

    /** The same as callers should be told of them: what a backend listed that is away is not known to be usable. */
    default List<Entry> listed() {
        Map<Target, Standing> away = standings().stream()
                .filter(standing -> standing.presence() == Standing.Presence.AWAY)
                .collect(Collectors.toMap(Standing::target, Function.identity()));
        return models().stream()
                .map(model -> Optional.ofNullable(away.get(model.target()))
                        .map(standing -> model.unavailable(standing.reason()))
                        .orElse(model))
                .toList();
    }

    /** How each backend answers; empty where nobody counts. */
    default List<Standing> standings() {
        return List.of();
    }

    /** Engines that are configured and have never answered, so that nobody knows their models. */
    default List<Unreached> unreached() {
        return List.of();
    }

    /** Whether every backend has told its models at least once. */
    default boolean complete() {
        return true;
    }

    /** Whether billing has told its prices at least once. */
    default boolean pricesKnown() {
        return true;
    }

    /**
     * One model.
     *
     * @param id the model's id, as calls name it
     * @param target local or cloud
     * @param engine the engine or provider
     * @param aliases other names that lead to it
     * @param contextLength tokens its window holds; empty: unknown
     * @param maxOutputTokens the most it generates; empty: unknown
     * @param capabilities what it can do
     * @param seedExact whether a seed gives the same text again; false: best effort
     * @param state whether it can be used now
     * @param stateDetail why it cannot or is left alone, and what to do; empty otherwise
     * @param price its price in force; empty: no row
     * @param since when it was made or first seen
     */
    record Entry(
            String id,
            Target target,
            String engine,
            List<String> aliases,
            OptionalLong contextLength,
            OptionalLong maxOutputTokens,
            Set<Capability> capabilities,
            boolean seedExact,
            State state,
            String stateDetail,
            Optional<Price> price,
            Instant since) {

        public Entry {
            aliases = List.copyOf(aliases);
            capabilities = Set.copyOf(capabilities);
        }

        /** The same, which cannot be used now. */
        Entry unavailable(String why) {
            return new Entry(
                    id,
                    target,
                    engine,
                    aliases,
                    contextLength,
                    maxOutputTokens,
                    capabilities,
                    seedExact,
                    State.UNAVAILABLE,
                    why,
                    price,
                    since);
        }
    }

    /**
     * An engine that has never answered.
     *
     * @param target where it belongs
     * @param engine its kind
     * @param address where it should be
     * @param detail what happened, and what to do
     */
    record Unreached(Target target, String engine, String address, String detail) {}

    /** A price in force, nano-USD for a million tokens, with its source. */
    record Price(
            String version,
            long inputNanoUsdPerMillion,
            long outputNanoUsdPerMillion,
            String source,
            Instant validFrom) {}

    /** What a model can do. */
    enum Capability {
        CHAT,
        TOOLS,
        IMAGES,
        JSON_SCHEMA,
        EMBEDDINGS,
        MULTIPLE_CHOICES,
        LOGPROBS
    }

    /** Whether a model can be used now; from the best to the worst. */
    enum State {
        LOADED,
        COLD,
        /** Its provider kept failing: it is tried again now and then, by prompts that are sent to it. */
        RESTING,
        UNAVAILABLE
    }
}

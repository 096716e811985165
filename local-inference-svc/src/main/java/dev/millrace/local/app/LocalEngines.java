package dev.millrace.local.app;

import dev.millrace.discovery.Facts;
import dev.millrace.local.Engine;
import dev.millrace.local.LocalModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The engines of this node.
 *
 * @param beside servers that the operator runs, in the order given
 * @param embedded the engine inside this process; empty: none
 * @param embedding engines that only make vectors
 */
record LocalEngines(List<Engine> beside, List<Engine> embedded, List<Engine> embedding) {
    LocalEngines {
        beside = List.copyOf(beside);
        embedded = List.copyOf(embedded);
        embedding = List.copyOf(embedding);
    }

    /** Engines of one kind share their load; the order of the kinds is that of their first engines. */
    List<List<Engine>> besideByKind() {
        Map<String, List<Engine>> byKind = new LinkedHashMap<>();
        beside.forEach(engine ->
                byKind.computeIfAbsent(engine.name(), kind -> new ArrayList<>()).add(engine));
        return List.copyOf(byKind.values());
    }

    List<Engine> all() {
        List<Engine> all = new ArrayList<>(beside);
        all.addAll(embedded);
        all.addAll(embedding);
        return all;
    }

    /** What sidecars choose this node by: how many generations it runs at once, and its usable models. */
    Map<String, String> facts() {
        int slots = Stream.concat(beside.stream(), embedded.stream())
                .mapToInt(Engine::slotCount)
                .sum();
        return Facts.ofModels(
                slots,
                all().stream()
                        .flatMap(engine -> engine.models().stream())
                        .filter(LocalModel::isUsable)
                        .map(LocalModel::id)
                        .distinct()
                        .toList());
    }

    /**
     * Whether any engine that generates could be asked; a model need not be in memory. Where the operator wants none that
     * generates, those that make vectors count, and where there is none at all nothing is missing.
     */
    boolean isAnyAtHand() {
        List<Engine> counted = new ArrayList<>(beside);
        counted.addAll(embedded);
        counted = counted.isEmpty() ? embedding : counted;
        return counted.isEmpty() || counted.stream().anyMatch(LocalEngines::isAtHand);
    }

    /** One that answers and has no model yet can be given one. */
    private static boolean isAtHand(Engine engine) {
        List<LocalModel> models = engine.models();
        return models.isEmpty() ? engine.unreached().isEmpty() : models.stream().anyMatch(LocalModel::isUsable);
    }

    void close() {
        all().forEach(Engine::close);
    }
}

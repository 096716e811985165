package dev.millrace.relay.providers;

import dev.millrace.relay.Catalog;
import dev.millrace.relay.ListedModel;
import dev.millrace.relay.ProviderModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The list of models, rebuilt when a provider's own list changes and read without a lock. Of two providers with a model of
 * one name the earlier owns the name; the other's is called {@code provider/name}. An alias follows the name it stands for.
 */
public final class LiveCatalog implements Catalog {
    private final List<ProviderSource> sources;
    private final Map<String, List<ListedModel>> fetched = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private volatile Snapshot snapshot;

    public LiveCatalog(List<ProviderSource> sources) {
        this.sources = List.copyOf(sources);
        snapshot = new Snapshot(this.sources, fetched);
    }

    /** The providers, in their order of precedence. */
    public List<ProviderSource> sources() {
        return sources;
    }

    /** Takes over a provider's own list. */
    void learn(ProviderSource source, List<ListedModel> models) {
        troubles.remove(source.provider().name());
        fetched.put(source.provider().name(), List.copyOf(models));
        snapshot = new Snapshot(sources, fetched);
    }

    /** Notes why a list could not be had; what was known of it stays. */
    void note(ProviderSource source, String trouble) {
        troubles.put(source.provider().name(), trouble);
    }

    @Override
    public List<ProviderModel> models() {
        return snapshot.models;
    }

    @Override
    public Optional<ProviderModel> find(String name) {
        return Optional.ofNullable(snapshot.byName.get(name));
    }

    /** One line for the operator, about the providers that can be called; about the others only when there are none. */
    public String summary() {
        if (sources.isEmpty()) {
            return "no provider: set cloud-relay.base-url";
        }
        List<String> parts = new ArrayList<>();
        boolean someUsable =
                sources.stream().anyMatch(source -> source.provider().unusable().isEmpty());
        for (ProviderSource source : sources) {
            if (!someUsable || source.provider().unusable().isEmpty()) {
                parts.add(summary(source));
            }
        }
        return String.join("; ", parts);
    }

    private String summary(ProviderSource source) {
        String name = source.provider().name();
        if (source.provider().unusable().isPresent()) {
            String why = source.provider().unusable().get();
            return sources.size() == 1 ? why : name + ": " + why;
        }
        long count = models().stream()
                .filter(model -> model.provider().name().equals(name))
                .count();
        String trouble = troubles.get(name);
        return name + ": " + count + (count == 1 ? " model" : " models")
                + (trouble == null ? "" : " (" + trouble + ")");
    }

    /** The names as they stand at one moment. */
    private static final class Snapshot {
        private final List<ProviderModel> models;
        private final Map<String, ProviderModel> byName = new HashMap<>();

        Snapshot(List<ProviderSource> sources, Map<String, List<ListedModel>> fetched) {
            Map<String, String> targets = new LinkedHashMap<>();
            List<ProviderModel> found = new ArrayList<>();
            for (ProviderSource source : sources) {
                for (KnownModel entry : entries(source, fetched)) {
                    entry.aliases().forEach(alias -> targets.putIfAbsent(alias, entry.id()));
                    add(found, source, entry);
                }
            }
            models = found.stream()
                    .map(model -> withAliases(model, targets))
                    .sorted(Comparator.comparing(ProviderModel::id))
                    .toList();
            models.forEach(model -> byName.put(model.id(), model));
            targets.forEach((alias, id) ->
                    Optional.ofNullable(byName.get(id)).ifPresent(model -> byName.putIfAbsent(alias, model)));
        }

        private static List<KnownModel> entries(ProviderSource source, Map<String, List<ListedModel>> fetched) {
            Map<String, KnownModel> entries = new LinkedHashMap<>();
            source.configured().forEach(entry -> entries.put(entry.id(), entry));
            for (ListedModel model : fetched.getOrDefault(source.provider().name(), List.of())) {
                entries.merge(model.id(), FetchedModels.entry(model), FetchedModels::known);
            }
            return List.copyOf(entries.values());
        }

        private void add(List<ProviderModel> found, ProviderSource source, KnownModel entry) {
            boolean taken = byName.containsKey(entry.id());
            String id = taken ? source.provider().name() + "/" + entry.id() : entry.id();
            ProviderModel model = new ProviderModel(
                    id,
                    entry.id(),
                    List.of(),
                    source.provider(),
                    entry.contextLength(),
                    entry.maxOutputTokens(),
                    entry.capabilities(),
                    source.provider().unusable());
            if (byName.putIfAbsent(id, model) == null) {
                found.add(model);
            }
        }

        private static ProviderModel withAliases(ProviderModel model, Map<String, String> targets) {
            List<String> aliases = targets.entrySet().stream()
                    .filter(target -> target.getValue().equals(model.id()))
                    .map(Map.Entry::getKey)
                    .toList();
            return new ProviderModel(
                    model.id(),
                    model.wireName(),
                    aliases,
                    model.provider(),
                    model.contextLength(),
                    model.maxOutputTokens(),
                    model.capabilities(),
                    model.unusable());
        }
    }
}

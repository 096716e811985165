package dev.millrace.gateway.catalogue;

import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.Price;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Makes one list of the backends' models, the prices, the policy's names and the operator's own cloud model. */
record Merge(Map<String, String> aliases, Optional<String> cloudModel) {

    Merge {
        aliases = Map.copyOf(aliases);
    }

    List<Entry> entries(Map<Target, List<Entry>> known, Map<String, Price> prices) {
        List<Entry> cloud = known.getOrDefault(Target.CLOUD, List.of());
        List<Entry> all = new ArrayList<>(known.getOrDefault(Target.LOCAL, List.of()));
        all.addAll(cloud);
        cloudModel
                .filter(name -> cloud.stream().noneMatch(model -> model.id().equals(name)))
                .ifPresent(name -> all.add(atOperatorsWord(name, cloud)));
        return all.stream()
                .map(model -> with(model, Optional.ofNullable(prices.get(model.id()))))
                .toList();
    }

    private Entry with(Entry model, Optional<Price> price) {
        List<String> names = Stream.concat(
                        model.aliases().stream(),
                        aliases.entrySet().stream()
                                .filter(alias -> alias.getValue().equals(model.id()))
                                .map(Map.Entry::getKey))
                .distinct()
                .sorted()
                .toList();
        return new Entry(
                model.id(),
                model.target(),
                model.engine(),
                names,
                model.contextLength(),
                model.maxOutputTokens(),
                model.capabilities(),
                model.seedExact(),
                model.state(),
                model.stateDetail(),
                price,
                model.since());
    }

    /** What the operator names is offered as if its provider listed it; where all else is unavailable, so is it. */
    private static Entry atOperatorsWord(String name, List<Entry> cloud) {
        Optional<Entry> unavailable = cloud.stream().allMatch(model -> model.state() == State.UNAVAILABLE)
                ? cloud.stream().findFirst()
                : Optional.empty();
        return new Entry(
                name,
                Target.CLOUD,
                cloud.stream().findFirst().map(Entry::engine).orElse("cloud"),
                List.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                EnumSet.complementOf(EnumSet.of(Capability.EMBEDDINGS)),
                false,
                unavailable.map(Entry::state).orElse(State.LOADED),
                unavailable.map(Entry::stateDetail).orElse(""),
                Optional.empty(),
                Instant.EPOCH);
    }
}

package dev.millrace.local;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All engines of this node in the order of preference, and the pools in which their slots lie: engines beside it first, in the
 * operator's order, the embedded one last. A model that several pools have belongs to the first of them.
 */
public final class Node {
    private final List<SlotQueue> generating;
    private final List<SlotQueue> pools;

    /**
     * @param generating pools whose slots generate, in the order of preference
     * @param embedding pools that only make vectors; they do not count as capacity
     */
    public Node(List<SlotQueue> generating, List<SlotQueue> embedding) {
        this.generating = List.copyOf(generating);
        this.pools = Stream.concat(generating.stream(), embedding.stream()).toList();
    }

    /** Every model once, the preferred first; where engines differ, a usable entry wins. */
    public List<LocalModel> models() {
        Map<String, LocalModel> byId = new LinkedHashMap<>();
        for (SlotQueue pool : pools) {
            for (Engine engine : pool.engines()) {
                engine.models().forEach(model -> byId.merge(model.id(), model, Node::better));
            }
        }
        return List.copyOf(byId.values());
    }

    /** Engines that have not answered yet, so that nobody knows their models. */
    public List<Engine> unreached() {
        return pools.stream()
                .flatMap(pool -> pool.engines().stream())
                .filter(engine -> engine.unreached().isPresent())
                .toList();
    }

    private static LocalModel better(LocalModel first, LocalModel other) {
        return rank(other) < rank(first) ? other : first;
    }

    private static int rank(LocalModel model) {
        return switch (model.state()) {
            case LOADED -> 0;
            case COLD -> 1;
            case UNAVAILABLE -> 2;
        };
    }

    /** Where a model can run now; else where it is known and cannot. */
    public Optional<Place> find(String model) {
        return find(model, Set.of());
    }

    /** The same, leaving out the engines that have just refused. */
    public Optional<Place> find(String model, Set<Engine> without) {
        Optional<Place> unusable = Optional.empty();
        for (SlotQueue pool : pools) {
            Optional<Place> place = placeIn(pool, model, without);
            if (place.isPresent() && place.get().model().isUsable()) {
                return place;
            }
            unusable = unusable.or(() -> place);
        }
        return unusable;
    }

    private static Optional<Place> placeIn(SlotQueue pool, String id, Set<Engine> without) {
        Set<Engine> usable = new LinkedHashSet<>();
        Set<Engine> all = new LinkedHashSet<>();
        Optional<LocalModel> found = Optional.empty();
        for (Engine engine : pool.engines()) {
            for (LocalModel model : engine.models()) {
                if (model.id().equals(id) && !without.contains(engine)) {
                    all.add(engine);
                    if (model.isUsable()) {
                        usable.add(engine);
                    }
                    found = Optional.of(
                            found.map(before -> better(before, model)).orElse(model));
                }
            }
        }
        return found.map(model -> new Place(pool, model, usable.isEmpty() ? all : usable));
    }

    /** How busy the slots that generate are. */
    public Load currentLoad() {
        return generating.stream().map(SlotQueue::currentLoad).reduce(Load.none(), Load::plus);
    }

    /**
     * Where a model is.
     *
     * @param engines those that can run it, the preferred first; when none can, those that know it
     */
    public record Place(SlotQueue pool, LocalModel model, Set<Engine> engines) {
        public Place {
            engines = Collections.unmodifiableSet(new LinkedHashSet<>(engines));
        }

        /** Any engine that has it: for what every one of them answers alike. */
        public Engine anyEngine() {
            return engines.iterator().next();
        }
    }
}

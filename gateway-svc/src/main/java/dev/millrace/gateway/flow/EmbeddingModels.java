package dev.millrace.gateway.flow;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Embeddings.Request;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TurnFault;
import dev.millrace.runtime.NearestName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the models that may embed, and says what is there where a request names another. */
final class EmbeddingModels {

    private static final List<String> WORDS = List.of("auto", "local", "cloud");
    private static final int NEAREST_MAX = 3;
    private static final int LISTED_MAX = 8;

    private final Catalogue catalogue;
    private final Map<String, String> aliases;

    EmbeddingModels(Catalogue catalogue, Map<String, String> aliases) {
        this.catalogue = catalogue;
        this.aliases = aliases;
    }

    /**
     * Local models first; a named one alone. Some may be unavailable, never all.
     *
     * @throws TurnFault where none can be used
     */
    List<Entry> of(Request request) {
        String name = aliases.getOrDefault(request.model(), request.model());
        boolean any = request.model().isEmpty() || WORDS.contains(request.model());
        List<Entry> known = catalogue.models().stream()
                .filter(model -> any || isNamed(model, name))
                .toList();
        if (known.isEmpty() && !any) {
            throw unknown(name);
        }
        List<Entry> able = able(known).stream()
                .filter(model -> placement(request) != excluding(model.target()))
                .toList();
        if (able.isEmpty()) {
            throw new TurnFault(
                    Reason.CAPABILITY_UNSUPPORTED,
                    (any ? "no model that may be used makes" : "model " + name + " does not make") + " embeddings. "
                            + listed(),
                    Map.of("capability", "embeddings", "model", name));
        }
        if (able.stream().noneMatch(EmbeddingModels::isUsable)) {
            throw unavailable(able);
        }
        return able;
    }

    static boolean isUsable(Entry model) {
        return model.state() != State.UNAVAILABLE;
    }

    private static boolean isNamed(Entry model, String name) {
        return model.id().equals(name) || model.aliases().contains(name);
    }

    private static List<Entry> able(List<Entry> models) {
        return models.stream()
                .filter(model -> model.capabilities().contains(Capability.EMBEDDINGS))
                .toList();
    }

    private static Placement placement(Request request) {
        return switch (request.model()) {
            case "local" -> Placement.LOCAL_ONLY;
            case "cloud" -> Placement.CLOUD_ONLY;
            default -> request.preference().placement();
        };
    }

    private static Placement excluding(Target target) {
        return target == Target.LOCAL ? Placement.CLOUD_ONLY : Placement.LOCAL_ONLY;
    }

    private TurnFault unknown(String name) {
        if (!catalogue.complete()) {
            return new TurnFault(
                    Reason.PEER_UNAVAILABLE,
                    "model \"" + name
                            + "\" is not known yet, because not every backend has told its models. Try again in a moment",
                    Map.of("service", "local-inference or cloud-relay", "model", name));
        }
        List<String> nearest = NearestName.of(name, names(), NEAREST_MAX);
        return new TurnFault(
                Reason.MODEL_UNKNOWN,
                "model \"" + name + "\" is unknown. "
                        + (nearest.isEmpty() ? "" : "Did you mean " + String.join(" or ", nearest) + "? ")
                        + listed() + unreached(),
                Map.of("model", name, "nearest", String.join(", ", nearest)));
    }

    /** Every name under which texts can be embedded. */
    private Set<String> names() {
        List<Entry> able = able(catalogue.models());
        Set<String> names = new TreeSet<>(WORDS);
        able.stream()
                .flatMap(model -> Stream.concat(Stream.of(model.id()), model.aliases().stream()))
                .forEach(names::add);
        aliases.forEach((alias, model) -> {
            if (able.stream().anyMatch(entry -> isNamed(entry, model))) {
                names.add(alias);
            }
        });
        return names;
    }

    private String listed() {
        String some = able(catalogue.models()).stream()
                .map(Entry::id)
                .distinct()
                .limit(LISTED_MAX)
                .collect(Collectors.joining(", "));
        return some.isEmpty()
                ? "No model is known that does: add an engine that makes embeddings"
                : "Models that make embeddings: " + some + "; \"auto\" chooses by itself";
    }

    /** Where an engine does not answer, the model may well be there. */
    private String unreached() {
        return catalogue.unreached().stream()
                .map(engine -> ". What models " + engine.engine() + " at " + engine.address() + " has is not known: "
                        + engine.detail())
                .distinct()
                .collect(Collectors.joining());
    }

    private static TurnFault unavailable(List<Entry> able) {
        return new TurnFault(
                Reason.NO_BACKEND_ANSWERED,
                "no backend could embed: "
                        + able.stream()
                                .map(model -> model.target().label() + " " + model.id() + ": " + model.stateDetail())
                                .distinct()
                                .collect(Collectors.joining("; ")),
                Map.of("candidates", Integer.toString(able.size())));
    }
}

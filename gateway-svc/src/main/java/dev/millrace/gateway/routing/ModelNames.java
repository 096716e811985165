package dev.millrace.gateway.routing;

import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.Routing.Question;
import dev.millrace.gateway.TurnFault;
import dev.millrace.runtime.NearestName;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Knows which names lead to a model, and what was probably meant by those that do not. */
final class ModelNames {

    /** The names that leave the choice to the router. */
    private static final List<String> WORDS = List.of("auto", "local", "cloud");

    private static final int NEAREST_MAX = 3;
    private static final int LISTED_MAX = 8;

    private ModelNames() {}

    static void requireKnown(String name, Question question, Policy policy) {
        for (Entry model : question.models()) {
            if (isNamed(model, name)) {
                return;
            }
        }
        if (!question.complete()) {
            throw new TurnFault(
                    Reason.PEER_UNAVAILABLE,
                    "model \"" + name
                            + "\" is not known yet, because not every backend has told its models. Try again in a moment",
                    Map.of("service", "local-inference or cloud-relay", "model", name));
        }
        TreeSet<String> names = new TreeSet<>(policy.aliases().keySet());
        names.addAll(WORDS);
        question.models().stream()
                .flatMap(model -> Stream.concat(Stream.of(model.id()), model.aliases().stream()))
                .forEach(names::add);
        List<String> nearest = NearestName.of(name, names, NEAREST_MAX);
        throw new TurnFault(
                Reason.MODEL_UNKNOWN,
                "model \"" + name + "\" is unknown. " + next(nearest, question.models()) + unreached(question),
                Map.of("model", name, "nearest", String.join(", ", nearest)));
    }

    /** Whether a model has this name, by itself or as an alias. */
    static boolean isNamed(Entry model, String name) {
        return model.id().equals(name) || model.aliases().contains(name);
    }

    private static String next(List<String> nearest, List<Entry> models) {
        if (!nearest.isEmpty()) {
            return "Did you mean " + String.join(" or ", nearest) + "? \"auto\" chooses by itself";
        }
        List<String> some =
                models.stream().map(Entry::id).distinct().limit(LISTED_MAX).toList();
        return "There are: " + String.join(", ", WORDS) + (some.isEmpty() ? "" : ", " + String.join(", ", some));
    }

    /** Where an engine does not answer, the model may well be there. */
    private static String unreached(Question question) {
        return question.unreached().stream()
                .map(engine -> ". What models " + engine.engine() + " at " + engine.address() + " has is not known: "
                        + engine.detail())
                .distinct()
                .collect(Collectors.joining());
    }
}

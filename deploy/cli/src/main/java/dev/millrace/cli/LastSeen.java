package dev.millrace.cli;

import dev.millrace.schema.gateway.v1.BackendPresence;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.RouteTarget;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** When backends that do not answer the gateway last did. */
record LastSeen(List<BackendPresence> silent) {

    static LastSeen of(ListModelsResponse models) {
        return new LastSeen(models.getBackendsList().stream()
                .filter(backend -> !backend.getAnswers())
                .toList());
    }

    /** Such as "last seen 43 s ago"; empty: the backend answers. */
    Optional<String> of(RouteTarget target) {
        return silent.stream()
                .filter(backend -> backend.getTarget() == target)
                .findFirst()
                .map(LastSeen::words);
    }

    private static String words(BackendPresence backend) {
        return backend.hasLastTold() ? "last seen " + backend.getLastTold().getSeconds() + " s ago" : "never seen";
    }

    /** A line for each of those of which nothing is listed that could say it. */
    Stream<String> ofBackendsWithout(List<ModelEntry> models) {
        return silent.stream()
                .filter(backend -> models.stream().noneMatch(model -> model.getTarget() == backend.getTarget()))
                .map(backend -> FaultText.label(backend.getTarget()) + ": " + backend.getDetail());
    }
}

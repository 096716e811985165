package dev.millrace.gateway.http;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnResult;
import dev.millrace.schema.completion.v1.Started;
import io.micronaut.http.MutableHttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Gathers from a turn's events what the headers {@code x-millrace-*} tell: where the prompt went, and why. */
final class RouteHeaders {
    /** Far below what clients take for a header. */
    private static final int DROPPED_CHARS_MAX = 2_000;

    private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

    private final List<String> droppedAtTheDoor;
    private Optional<Candidate> candidate = Optional.empty();
    private Optional<Tier> tier = Optional.empty();
    private List<String> dropped;
    private int attempts = 1;

    /** @param droppedAtTheDoor what no backend was told of */
    RouteHeaders(List<String> droppedAtTheDoor) {
        this.droppedAtTheDoor = droppedAtTheDoor;
        this.dropped = droppedAtTheDoor;
    }

    synchronized void take(int attempt, TurnEvent event) {
        attempts = Math.max(attempts, attempt);
        switch (event) {
            case TurnEvent.RouteDecided decided -> decided(decided.decision());
            case TurnEvent.Begun begun -> begun(begun.started());
            case TurnEvent.Switched switched -> candidate = Optional.of(switched.to());
            case TurnEvent.Finished finished -> finished(finished.result());
            case TurnEvent.Waiting waiting -> {}
            case TurnEvent.Piece piece -> {}
        }
    }

    private void decided(Decision decision) {
        tier = decision.tier();
        candidate = decision.chosen();
    }

    private void begun(Started started) {
        List<String> byTheBackend = started.getDroppedParametersList();
        if (byTheBackend.isEmpty()) {
            dropped = droppedAtTheDoor;
        } else {
            dropped = new ArrayList<>(droppedAtTheDoor);
            dropped.addAll(byTheBackend);
        }
    }

    private void finished(TurnResult result) {
        candidate = Optional.of(result.route());
        attempts = Math.max(attempts, result.attempts().size());
    }

    /** The model that answers; {@code asked} while none is known. */
    synchronized String model(String asked) {
        return candidate.map(Candidate::model).orElse(asked);
    }

    synchronized void addTo(MutableHttpResponse<?> answer) {
        candidate.ifPresent(chosen -> add(answer, chosen));
        tier.ifPresent(chosen -> answer.header("x-millrace-tier", chosen.label()));
        answer.header("x-millrace-attempts", Integer.toString(attempts));
        addDropped(answer, dropped);
    }

    /** Names what was left out of the request, as much of it as a header takes. */
    static void addDropped(MutableHttpResponse<?> answer, List<String> dropped) {
        if (dropped.isEmpty()) {
            return;
        }
        String names = String.join(",", dropped);
        String shown = names.length() <= DROPPED_CHARS_MAX ? names : names.substring(0, DROPPED_CHARS_MAX) + "...";
        answer.header("x-millrace-dropped-params", printable(shown));
    }

    /** The headers of an answer whose route alone is known. */
    static void add(MutableHttpResponse<?> answer, Candidate chosen) {
        answer.header("x-millrace-route", chosen.target().label());
        answer.header("x-millrace-model", printable(chosen.model()));
        if (!chosen.reasons().isEmpty()) {
            answer.header(
                    "x-millrace-reason",
                    chosen.reasons().getFirst().kind().name().toLowerCase(Locale.ROOT));
        }
    }

    /** Names come from callers and backends; a header takes no control characters. */
    private static String printable(String name) {
        return UNPRINTABLE.matcher(name).replaceAll("?");
    }
}

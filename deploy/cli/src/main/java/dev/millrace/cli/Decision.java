package dev.millrace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The decision record of a turn as a person reads it. A record of a form that is not known here has no lines. */
final class Decision {
    private static final List<String> TIERS = List.of("moderate", "complex", "premium");
    private final JsonObject record;

    private Decision(JsonObject record) {
        this.record = record;
    }

    /** Reads format version 1; empty: there is no record, it was cut, or it is of another version. */
    static Optional<Decision> read(String json) {
        try {
            JsonElement record = JsonParser.parseString(json);
            return record.isJsonObject()
                            && record.getAsJsonObject().has("candidates")
                            && "1".equals(text(record.getAsJsonObject(), "v"))
                    ? Optional.of(new Decision(record.getAsJsonObject()))
                    : Optional.empty();
        } catch (JsonParseException other) {
            return Optional.empty();
        }
    }

    /** Why there: the tier with its score and cut-offs, what the prompt is, what weighed. */
    String why() {
        if (!record.has("score")) {
            return "not judged: the model was named, or the classifier did not answer   " + policy();
        }
        List<String> lines = new ArrayList<>();
        double[] starts = list("cutoffs").stream()
                .mapToDouble(JsonElement::getAsDouble)
                .limit(TIERS.size())
                .toArray();
        DoubleFunction<String> scores = Units.scores(starts);
        lines.add("tier " + text(record, "tier") + ": score "
                + scores.apply(record.get("score").getAsDouble()) + cutoffs(starts, scores) + ", confidence "
                + String.format(Locale.ROOT, "%.2f", record.get("confidence").getAsDouble()) + ", " + policy());
        lines.add("intent " + text(record, "intent") + "   task "
                + text(record, "task").toLowerCase(Locale.ROOT) + "   language " + text(record, "language")
                + "   about " + Units.counted(record.get("input_tokens").getAsLong(), "token") + "   " + sensitivity());
        if (!list("signals").isEmpty()) {
            lines.add(
                    "signals " + list("signals").stream().map(Decision::signal).collect(Collectors.joining("  ")));
        }
        return String.join("\n", lines);
    }

    private String policy() {
        return text(record, "policy");
    }

    private static String cutoffs(double[] starts, DoubleFunction<String> scores) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < starts.length; i++) {
            text.append(text.isEmpty() ? " (" : ", ").append(TIERS.get(i)).append(" from ");
            text.append(scores.apply(starts[i]));
        }
        return text.isEmpty() ? "" : text.append(')').toString();
    }

    private String sensitivity() {
        String level = text(record, "sensitivity").toLowerCase(Locale.ROOT);
        String found = list("findings").stream()
                .map(finding -> finding.getAsJsonArray().get(0).getAsString())
                .distinct()
                .collect(Collectors.joining(", "));
        return found.isEmpty() ? level : level + " (" + found + ")";
    }

    private static String signal(JsonElement signal) {
        JsonArray parts = signal.getAsJsonArray();
        // A record without room for words, and one of an earlier day, has the signal's id alone.
        String words = parts.size() > 2
                ? parts.get(2).getAsString()
                : parts.get(0).getAsString().replace('_', ' ');
        return RouteText.signal(parts.get(1).getAsDouble(), words);
    }

    /** Each candidate in order with the reason for its place, and those left out with theirs. */
    String candidates() {
        Table table = new Table(0);
        int position = 0;
        for (JsonElement each : list("candidates")) {
            JsonObject candidate = each.getAsJsonObject();
            boolean rejected = candidate.has("rejected");
            position += rejected ? 0 : 1;
            String why = candidate.has("text") ? text(candidate, "text") : inWords(text(candidate, "why"));
            table.row(
                    rejected ? "  -" : "  " + position,
                    text(candidate, "target"),
                    text(candidate, text(candidate, "model").isEmpty() ? "engine" : "model"),
                    rejected ? "left out: " + why : why);
        }
        return table.render();
    }

    /** Each attempt with how it ended and why. */
    String attempts() {
        Table table = new Table(0);
        int number = 0;
        for (JsonElement each : list("attempts")) {
            JsonArray attempt = each.getAsJsonArray();
            number++;
            String detail = attempt.size() > 3 ? attempt.get(3).getAsString() : "";
            table.row(
                    "  " + number,
                    attempt.get(0).getAsString(),
                    Units.count(attempt.get(2).getAsLong()) + " ms",
                    attempt.get(1).getAsString() + (detail.isEmpty() ? "" : ": " + detail));
        }
        return table.render();
    }

    private List<JsonElement> list(String name) {
        return record.get(name) instanceof JsonArray array
                ? StreamSupport.stream(array.spliterator(), false)
                        .map(Function.<JsonElement>identity())
                        .toList()
                : List.of();
    }

    private static String inWords(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) ? object.get(name).getAsString() : "";
    }
}

package dev.millrace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What decisions that were made would be under other cut-offs: how many tiers change, from which to which. */
final class Replay {

    private static final int EXAMPLES_MAX = 5;
    private static final String MIXED =
            "different models gave these scores; one that names no embedding is of the text alone, which was enough to"
                    + " tell the tier then: under other cut-offs the same question may be embedded and score otherwise";

    private final List<SettledDecisions.Decision> decisions;
    private final Cutoffs cutoffs;
    private final Instant start;

    /** @param start since when these are all decisions that rest on a score */
    Replay(List<SettledDecisions.Decision> decisions, Cutoffs cutoffs, Instant start) {
        this.decisions = decisions;
        this.cutoffs = cutoffs;
        this.start = start;
    }

    int decisions() {
        return decisions.size();
    }

    /** How many decisions would have another tier. */
    long changed() {
        return decisions.stream().filter(this::changes).count();
    }

    /** A sentence, and a row for each change that occurs. */
    String text(String since) {
        if (decisions.isEmpty()) {
            return "no decisions since " + since + ": nothing to replay";
        }
        String sentence = String.format(
                Locale.ROOT,
                "%d of %d decisions since %s would have another tier (%.1f %%)",
                changed(),
                decisions.size(),
                since,
                100.0 * changed() / decisions.size());
        return sentence + "\n" + (changed() == 0 ? "" : table() + "\n") + judgesTable();
    }

    /** The same for programs: each change with all of its turns. */
    JsonObject json() {
        JsonArray changes = new JsonArray();
        changes().forEach(change -> changes.add(change.json()));
        JsonArray judges = new JsonArray();
        judges().forEach((judge, scored) -> {
            JsonObject row = new JsonObject();
            row.addProperty("scoredBy", judge);
            row.addProperty("decisions", scored.size());
            row.addProperty("changed", scored.stream().filter(this::changes).count());
            judges.add(row);
        });
        JsonObject all = new JsonObject();
        all.addProperty("startTime", start.toString());
        all.add("cutoffs", cutoffs.json());
        all.addProperty("decisions", decisions.size());
        all.addProperty("changed", changed());
        all.add("changes", changes);
        all.add("judges", judges);
        return all;
    }

    /** Whose scores these are: those of different judges are not quite of one scale. */
    private Map<String, List<SettledDecisions.Decision>> judges() {
        return decisions.stream()
                .collect(Collectors.groupingBy(SettledDecisions.Decision::judge, TreeMap::new, Collectors.toList()));
    }

    private String judgesTable() {
        Map<String, List<SettledDecisions.Decision>> judges = judges();
        Table table = new Table(1, 2).row("SCORED BY", "DECISIONS", "OF THEM CHANGED");
        judges.forEach((judge, scored) -> table.row(
                judge.isEmpty() ? "-" : judge,
                Units.count(scored.size()),
                Units.count(scored.stream().filter(this::changes).count())));
        return judges.size() == 1 ? table.render() : table.render() + "\n" + MIXED;
    }

    private String table() {
        Table table = new Table(2);
        table.row("WAS", "WOULD BE", "DECISIONS", "TURNS");
        changes()
                .forEach(change -> table.row(
                        change.was(),
                        change.wouldBe(),
                        Units.count(change.turns().size()),
                        examples(change.turns())));
        return table.render();
    }

    /** Those that occur, in the order of the tiers. */
    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (String was : Cutoffs.TIERS) {
            for (String now : Cutoffs.TIERS) {
                List<String> moved = decisions.stream()
                        .filter(decision -> decision.tier().equals(was) && !was.equals(now))
                        .filter(decision -> cutoffs.tierOf(decision.score()).equals(now))
                        .map(SettledDecisions.Decision::turnId)
                        .toList();
                if (!moved.isEmpty()) {
                    changes.add(new Change(was, now, moved));
                }
            }
        }
        return changes;
    }

    private boolean changes(SettledDecisions.Decision decision) {
        return !cutoffs.tierOf(decision.score()).equals(decision.tier());
    }

    private static String examples(List<String> turns) {
        String ids = turns.stream().limit(EXAMPLES_MAX).collect(Collectors.joining(" "));
        return turns.size() > EXAMPLES_MAX ? ids + " …" : ids;
    }

    /** The turns that would have another tier, from one to another. */
    private record Change(String was, String wouldBe, List<String> turns) {
        private JsonObject json() {
            JsonArray ids = new JsonArray();
            turns.forEach(ids::add);
            JsonObject fields = new JsonObject();
            fields.addProperty("was", was);
            fields.addProperty("wouldBe", wouldBe);
            fields.addProperty("decisions", turns.size());
            fields.add("turns", ids);
            return fields;
        }
    }
}

package dev.millrace.cli;

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

    Replay(List<SettledDecisions.Decision> decisions, Cutoffs cutoffs) {
        this.decisions = decisions;
        this.cutoffs = cutoffs;
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
        return sentence + "\n" + (changed() == 0 ? "" : table() + "\n") + judges();
    }

    /** Whose scores these are: those of different judges are not quite of one scale. */
    private String judges() {
        Map<String, List<SettledDecisions.Decision>> judges = decisions.stream()
                .collect(Collectors.groupingBy(SettledDecisions.Decision::judge, TreeMap::new, Collectors.toList()));
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
        for (String was : Cutoffs.TIERS) {
            for (String now : Cutoffs.TIERS) {
                List<SettledDecisions.Decision> moved = decisions.stream()
                        .filter(decision -> decision.tier().equals(was) && !was.equals(now))
                        .filter(decision -> cutoffs.tierOf(decision.score()).equals(now))
                        .toList();
                if (!moved.isEmpty()) {
                    table.row(was, now, Units.count(moved.size()), examples(moved));
                }
            }
        }
        return table.render();
    }

    private boolean changes(SettledDecisions.Decision decision) {
        return !cutoffs.tierOf(decision.score()).equals(decision.tier());
    }

    private static String examples(List<SettledDecisions.Decision> moved) {
        String ids = String.join(
                " ",
                moved.stream()
                        .limit(EXAMPLES_MAX)
                        .map(SettledDecisions.Decision::turnId)
                        .toList());
        return moved.size() > EXAMPLES_MAX ? ids + " …" : ids;
    }
}

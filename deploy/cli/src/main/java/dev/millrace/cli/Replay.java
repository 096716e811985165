package dev.millrace.cli;

import java.util.List;
import java.util.Locale;

/** What decisions that were made would be under other cut-offs: how many tiers change, from which to which. */
final class Replay {

    private static final int EXAMPLES_MAX = 5;

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
        return changed() == 0 ? sentence : sentence + "\n" + table();
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

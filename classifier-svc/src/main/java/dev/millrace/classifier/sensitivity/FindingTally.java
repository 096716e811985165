package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what was found, by kind and rule; mutable, used by one thread. */
final class FindingTally {

    private final Map<FindingKind, Map<String, Count>> counts = new EnumMap<>(FindingKind.class);
    /** The rule that matched last: texts of one sort of data ask for the same one all the time. */
    private @Nullable FindingKind lastKind;

    private String lastRule = "";
    private Count lastCount = new Count();

    /** Counts one match of a rule. */
    void add(FindingKind kind, String rule) {
        if (kind != lastKind || !rule.equals(lastRule)) {
            lastCount = counts.computeIfAbsent(kind, any -> new TreeMap<>()).computeIfAbsent(rule, any -> new Count());
            lastKind = kind;
            lastRule = rule;
        }
        lastCount.matches++;
    }

    /** Takes over from another reading of the same text what no rule has found here. */
    void addMissing(FindingTally other) {
        other.counts.forEach((kind, rules) -> {
            Map<String, Count> here = counts.computeIfAbsent(kind, any -> new TreeMap<>());
            rules.forEach(here::putIfAbsent);
        });
    }

    /** Returns one finding a rule that matched. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        counts.forEach(
                (kind, rules) -> rules.forEach((rule, count) -> findings.add(new Finding(kind, rule, count.matches))));
        return findings;
    }

    private static final class Count {
        private int matches;
    }
}

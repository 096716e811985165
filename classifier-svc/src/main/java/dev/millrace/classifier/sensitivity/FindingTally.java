package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.Finding;
import dev.millrace.classifier.FindingKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what was found, by kind and rule; mutable, used by one thread. */
final class FindingTally {

    private final Map<FindingKind, Map<String, Integer>> counts = new EnumMap<>(FindingKind.class);

    /** Counts one match of a rule. */
    void add(FindingKind kind, String rule) {
        counts.computeIfAbsent(kind, any -> new TreeMap<>()).merge(rule, 1, Integer::sum);
    }

    /** Takes over from another reading of the same text what no rule has found here. */
    void addMissing(FindingTally other) {
        other.counts.forEach((kind, rules) -> {
            Map<String, Integer> here = counts.computeIfAbsent(kind, any -> new TreeMap<>());
            rules.forEach(here::putIfAbsent);
        });
    }

    /** Returns one finding a rule that matched. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        counts.forEach((kind, rules) -> rules.forEach((rule, count) -> findings.add(new Finding(kind, rule, count))));
        return findings;
    }
}

package dev.millrace.classifier;

import java.util.Comparator;
import java.util.List;

/**
 * How far a prompt may travel, with the findings that say so.
 *
 * @param findings one a rule that matched, in the order of their kinds; empty for a public text
 */
public record SensitivityReport(List<Finding> findings) {

    public SensitivityReport {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::kind).thenComparing(Finding::rule))
                .toList();
    }

    /** The highest level that any finding imposes. */
    public Sensitivity level() {
        return findings.stream()
                .map(finding -> finding.kind().level())
                .max(Comparator.naturalOrder())
                .orElse(Sensitivity.PUBLIC);
    }
}

package dev.millrace.billing;

import java.util.List;

/** Sums by group, the most requests first, and all together. */
public record UsageReport(List<UsageRow> rows, UsageRow total) {
    public UsageReport {
        rows = List.copyOf(rows);
    }
}

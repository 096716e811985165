package dev.millrace.classifier;

import java.util.List;

/** Finds what must not leave the organisation, in time linear in the length of the texts; pure, thread-safe. */
public interface SensitivityScanner {

    /** Returns what was found in the texts, each scanned on its own. */
    SensitivityReport scan(List<String> texts);
}

package dev.millrace.classifier.sensitivity;

/**
 * A published form of secret keys: a fixed beginning and at least so many characters of keys behind it.
 *
 * @param prefix the fixed beginning, case counts
 * @param rest how many characters must follow at least
 * @param exact whether exactly so many must follow
 * @param rule the rule that a match is reported under
 */
record KeyPrefix(String prefix, int rest, boolean exact, String rule) {

    /** Returns the index after a key that starts here, or {@code start} where none does. */
    int match(Scan scan, int start) {
        for (int i = 0; i < prefix.length(); i++) {
            if (scan.text.at(start + i) != prefix.charAt(i)) {
                return start;
            }
        }
        CharRun run = scan.keyRun;
        run.read(start + prefix.length());
        boolean complete = exact ? run.length() == rest : run.length() >= rest;
        return complete && (run.digits() > 0 || run.capitals() > 2) ? run.end() : start;
    }
}

package dev.millrace.billing.sql;

/**
 * Says what of a turn's output was made for nobody: what its calls are known to have made, beyond what the caller got. Derived
 * from both where it is read, so that counts that come late are in it.
 */
final class Waste {
    private static final String MADE = "(SELECT COALESCE(SUM(e.output_tokens), 0) FROM attempt_entry e"
            + " WHERE e.turn_id = t.turn_id AND NOT EXISTS (SELECT 1 FROM attempt_entry better"
            + " WHERE better.turn_id = e.turn_id AND better.attempt_id = e.attempt_id AND better.try = e.try"
            + " AND better.rank > e.rank))";

    private static final String DELIVERED = "COALESCE(t.output_tokens, 0)";

    /**
     * For the row {@code t} of the view {@code turn}; of each call the best count. Nothing is known of a turn that was not settled,
     * nor of one whose tokens were guessed from its pieces because its backend did not count them: the two do not compare.
     */
    static final String OF_TURN = "CASE WHEN t.state = 'SETTLED'"
            + " AND (t.output_tokens IS NULL OR t.provenance <> 'ESTIMATED') AND " + MADE + " > " + DELIVERED + " THEN "
            + MADE
            + " - " + DELIVERED + " ELSE 0 END";

    private Waste() {}
}

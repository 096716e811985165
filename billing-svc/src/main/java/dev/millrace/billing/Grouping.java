package dev.millrace.billing;

/** What a usage report sums by. */
public enum Grouping {
    /** Model and route. */
    MODEL,
    /** Day, UTC. */
    DAY,
    TIER,
    /** How the turns ended. */
    END
}

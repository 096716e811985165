package dev.millrace.gateway;

/** How strong a model a prompt needs; the order is the order of strength. */
public enum Tier {
    /** Any model. */
    TRIVIAL,
    /** A small one. */
    MODERATE,
    /** A strong one. */
    COMPLEX,
    /** The strongest. */
    PREMIUM;

    /** The name as people and ledgers see it: lower case. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

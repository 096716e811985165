package dev.millrace.billing;

/** Where token counts come from; better ones supersede worse ones. */
public enum Provenance {
    ESTIMATED(0),
    COUNTED(1),
    REPORTED(2);

    private final int trust;

    Provenance(int trust) {
        this.trust = trust;
    }

    /** Higher is better; stored in ledgers, so a number never changes its meaning. */
    public int trust() {
        return trust;
    }

    /** The provenance of this trust; anything below 0 is an estimate too. */
    public static Provenance ofTrust(int trust) {
        for (Provenance provenance : values()) {
            if (provenance.trust == trust) {
                return provenance;
            }
        }
        return ESTIMATED;
    }
}

package dev.millrace.classifier;

/** What sort of sensitive data was found, with the level that it imposes. */
public enum FindingKind {
    EMAIL(Sensitivity.INTERNAL),
    PHONE(Sensitivity.INTERNAL),
    PAYMENT_CARD(Sensitivity.SENSITIVE),
    IBAN(Sensitivity.SENSITIVE),
    NATIONAL_ID(Sensitivity.SENSITIVE),
    CREDENTIAL(Sensitivity.SENSITIVE),
    PRIVATE_KEY(Sensitivity.SENSITIVE),
    MARKING(Sensitivity.SENSITIVE);

    private final Sensitivity level;

    FindingKind(Sensitivity level) {
        this.level = level;
    }

    /** The least level of a text that holds such a finding. */
    public Sensitivity level() {
        return level;
    }
}

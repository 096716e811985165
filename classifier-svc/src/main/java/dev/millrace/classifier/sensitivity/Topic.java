package dev.millrace.classifier.sensitivity;

/** What a nearby word says a number is: some numbers are recognisable only by the word beside them. */
enum Topic {
    CARD,
    PHONE,
    US_SSN,
    DE_TAX,
    NL_BSN,
    CA_SIN,
    IN_AADHAAR,
    PL_PESEL,
    BR_CPF,
    ES_DNI,
    PASSPORT;

    /** The place of this topic in arrays. */
    @SuppressWarnings("EnumOrdinal") // the one place that turns the order of the constants into a number
    int index() {
        return ordinal();
    }
}

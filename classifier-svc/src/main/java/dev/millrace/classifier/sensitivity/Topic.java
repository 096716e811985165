package dev.millrace.classifier.sensitivity;

/** What a nearby word says a number or a value is: some are recognisable only by the word beside them. */
enum Topic {
    CARD,
    PHONE,
    /** The name of a user: a password may stand beside. */
    USER,
    /** What a code of some digits opens: a door, a safe, a device. */
    PLACE,
    /** A wireless network: its key is a password. */
    WIFI,
    /** A command that takes a login behind a flag. */
    CURL,
    /** A private key: what follows is one if it is as long as one. */
    PRIVATE_KEY,
    /** A key as JSON (JWK): the member that says its type. */
    JWK_TYPE,
    /** A key as JSON: the member that holds its secret part. */
    JWK_SECRET,
    /** An RSA key as XML: the element that holds its parts. */
    RSA_XML,
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

package dev.millrace.classifier.sensitivity;

/** What a phrase of the vocabulary means where it occurs. */
sealed interface Phrase {

    /**
     * A confidentiality marking.
     *
     * @param rule the rule that a match is reported under
     * @param form how it must be written to count
     */
    record Marking(String rule, Form form) implements Phrase {}

    /** The name of a number that is recognisable only beside its name. */
    record Naming(Topic topic) implements Phrase {}

    /** The name of a password. */
    record PasswordName() implements Phrase {}

    /** The name of a key or token. */
    record KeyName() implements Phrase {}

    /** The name of an authorization scheme. */
    record SchemeName() implements Phrase {}

    /** The first line of a private key file without armour. */
    record KeyFile() implements Phrase {}

    /** How a marking must be written. */
    enum Form {
        /** In any way: the phrase says enough. */
        ANY,
        /** In capitals, or as a label: alone on its line, before a colon, or in brackets. */
        LABEL
    }
}

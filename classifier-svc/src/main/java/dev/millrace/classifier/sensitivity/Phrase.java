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

    /** A short name of a password that other things have too. */
    record PassName() implements Phrase {}

    /** Words that lead to a password only where it stands in quotes. */
    record PasswordLead() implements Phrase {}

    /** The name of a key or token. */
    record KeyName() implements Phrase {}

    /** The word "secret": the name of a key, or the marking of a document. */
    record SecretWord() implements Phrase {}

    /** The name of an authorization scheme. */
    record SchemeName() implements Phrase {}

    /** The name of the scheme that sends a password. */
    record BasicName() implements Phrase {}

    /** A member of a key written as JSON. */
    record KeyMember(Topic topic) implements Phrase {}

    /** The first line of a private key file without armour. */
    record KeyFile() implements Phrase {}

    /** How a marking must be written. */
    enum Form {
        /** In any way: the phrase says enough. */
        ANY,
        /** In any way but in small letters in a comment of program code, where it speaks of a function. */
        REMARK,
        /** In capitals, or with one as a label: alone on its line, before a colon, or in brackets. */
        LABEL,
        /** At the head of the whole text, in capitals, or in square brackets: code and tables use the word too. */
        HEADING
    }
}

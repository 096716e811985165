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

    /** The name of a password that a mail service gives out for one program: four groups of four letters. */
    record AppPasswordName() implements Phrase {}

    /** The name of a password of several words. */
    record PassPhraseName() implements Phrase {}

    /** A short name of a password that other things have too. */
    record PassName() implements Phrase {}

    /** A short name of a password that means something else as often: only a strong value counts. */
    record ShortName() implements Phrase {}

    /** Words that lead to a password only where it stands in quotes. */
    record PasswordLead() implements Phrase {}

    /** The name of a key or token. */
    record KeyName() implements Phrase {}

    /** The name of a private key: its value is one if it is as long as one. */
    record PrivateKeyName() implements Phrase {}

    /** A function that takes a private key. */
    record SignerCall() implements Phrase {}

    /** The word "secret": the name of a key, or the marking of a document. */
    record SecretWord() implements Phrase {}

    /** One letter for a password: only beside a user, with a sign. */
    record BesideName() implements Phrase {}

    /** A short name for a user, which variables have too: only with a sign and what may be a user. */
    record ShortUser() implements Phrase {}

    /** The word "key" at the end of a name: that of a variable with a secret, or of anything else. */
    record KeySuffix() implements Phrase {}

    /** The name of a secret of a few digits. */
    record PinName() implements Phrase {}

    /** The name of the code of a door, a safe, an alarm. */
    record AccessName() implements Phrase {}

    /** The word "code": that of a door where one is named beside it, or of anything else. */
    record CodeWord() implements Phrase {}

    /** The name of a licence's key: groups of letters and digits. */
    record LicenceName() implements Phrase {}

    /** The name of the codes that recover an account. */
    record RecoveryName() implements Phrase {}

    /** The name of the words that recover a wallet. */
    record SeedName() implements Phrase {}

    /** The name of a question whose answer recovers an account. */
    record AnswerName() implements Phrase {}

    /** Words that say that somebody logs in, in whatever order. */
    record LoginWord() implements Phrase {}

    /** Words that say what something is encrypted, opened or connected with: a program or a method as a rule. */
    record MeansWord() implements Phrase {}

    /** The name of what people log in to or lock: only what looks like nothing but a password counts beside it. */
    record TopicWord() implements Phrase {}

    /** The name of the header that carries a login or a token. */
    record HeaderName() implements Phrase {}

    /** The name of a login in base64. */
    record LoginName() implements Phrase {}

    /**
     * A function that takes a password.
     *
     * @param argument which of its arguments that is, counted from 0
     */
    record LoginCall(int argument) implements Phrase {}

    /**
     * A command that takes a password behind a flag of one letter.
     *
     * @param joined whether only without a blank
     */
    record LoginCommand(boolean joined) implements Phrase {}

    /** A command that takes a password among its arguments. */
    record ArgumentCommand() implements Phrase {}

    /** A command that prints its argument: what it prints may be handed to one that asks for a secret. */
    record PrintCommand() implements Phrase {}

    /** The name of the header with a session. */
    record CookieName() implements Phrase {}

    /** The name of a user that nearly every machine has. */
    record UserName() implements Phrase {}

    /** Words that lead to a user and a password. */
    record PairLead() implements Phrase {}

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

package dev.millrace.classifier.score;

import java.util.Locale;

/** The numbers the score is made of, in the order of the weights; a new or moved constant asks for a new training. */
enum Feature {
    WORDS("length of the question in words"),
    WORD_LENGTH("mean length of the words"),
    LONG_WORDS("share of words of eight letters and more", "no word of eight letters or more"),
    RARE_WORDS(
            "share of words outside everyday vocabulary",
            "no word of four letters or more outside everyday vocabulary"),
    SENTENCES("number of sentences"),
    SENTENCE_LENGTH("words a sentence"),
    VARIETY("variety of the vocabulary"),
    LINES("number of lines"),
    DIGITS("share of digits in the text", "no digits"),
    NUMBERS("how many numbers occur", "no numbers in digits"),
    MATH_SYMBOLS("mathematical symbols", "no mathematical symbols"),
    FORMULA_MARKUP("formula markup such as TeX", "no formula markup"),
    CODE_SYMBOLS("brackets and symbols of program code", "no brackets or symbols of program code"),
    QUESTION_MARKS("how many questions are asked", "no question mark"),
    OPTION_LINES("lines that list answer options", "no lines that list answer options"),
    COMMAS("commas a word", "no commas"),
    COMMON_WORDS("share of everyday words", "no everyday words"),
    FACT_QUESTIONS("asks who, when or where", "no word that asks who, when or where"),
    WHAT_QUESTIONS("asks what or which", "no word that asks what or which"),
    HOW_QUESTIONS("asks how or why", "no word that asks how or why"),
    MAKE_VERBS("asks to write, design or build something", "no word that asks to write, design or build"),
    EXPLAIN_VERBS("asks to explain, compare or analyse", "no word that asks to explain, compare or analyse"),
    PROOF_WORDS("asks for a proof or a derivation", "no word that asks for a proof or a derivation"),
    MATH_WORDS("mathematical terms", "no mathematical terms"),
    QUANTITY_WORDS("quantities, rates and sums in words", "no words of quantities, rates or sums"),
    NEGATIONS("negations and exceptions", "no words of negation or exception"),
    CONDITIONS("assumptions and conditions", "no words of assumption or condition"),
    CODE_WORDS("terms of programming", "no terms of programming"),
    FORM_WORDS("asks for a certain form of answer", "no word that asks for a certain form of answer"),
    CHOICE_WORDS("terms of examination questions", "no terms of examination questions"),
    PERSONAL_WORDS("personal, conversational wording", "no personal, conversational wording"),
    CONNECTIVES("connectives of reasoning", "no connectives of reasoning"),
    DEMANDS("asks for depth, rigour or constraints", "no word that asks for depth, rigour or constraints"),
    ACADEMIC_WORDS("terms of an academic subject", "no terms of an academic subject");

    private final String description;
    private final String absence;
    private final String signal = name().toLowerCase(Locale.ROOT);

    /** A measure that every text has. */
    Feature(String description) {
        this(description, description);
    }

    /** A measure of what a text may lack. */
    Feature(String description, String absence) {
        this.description = description;
        this.absence = absence;
    }

    /** The feature in plain words, as a text of this value shows it: what a text lacks can move its score too. */
    String description(float value) {
        return value == 0 ? absence : description;
    }

    /** The stable id of the feature as a signal. */
    String signal() {
        return signal;
    }

    /** The place of this feature among the weights. */
    @SuppressWarnings("EnumOrdinal") // the order of the constants is the order of the weights
    int index() {
        return ordinal();
    }
}

package dev.millrace.classifier.score;

import java.util.Locale;

/** The numbers the score is made of, in the order of the weights; a new or moved constant asks for a new training. */
enum Feature {
    WORDS("length of the question in words"),
    WORD_LENGTH("mean length of the words"),
    LONG_WORDS("share of words of eight letters and more"),
    RARE_WORDS("share of words outside everyday vocabulary"),
    SENTENCES("number of sentences"),
    SENTENCE_LENGTH("words a sentence"),
    VARIETY("variety of the vocabulary"),
    LINES("number of lines"),
    DIGITS("share of digits in the text"),
    NUMBERS("how many numbers occur"),
    MATH_SYMBOLS("mathematical symbols"),
    FORMULA_MARKUP("formula markup such as TeX"),
    CODE_SYMBOLS("brackets and symbols of program code"),
    QUESTION_MARKS("how many questions are asked"),
    OPTION_LINES("lines that list answer options"),
    COMMAS("commas a word"),
    COMMON_WORDS("share of everyday words"),
    FACT_QUESTIONS("asks who, when or where"),
    WHAT_QUESTIONS("asks what or which"),
    HOW_QUESTIONS("asks how or why"),
    MAKE_VERBS("asks to write, design or build something"),
    EXPLAIN_VERBS("asks to explain, compare or analyse"),
    PROOF_WORDS("asks for a proof or a derivation"),
    MATH_WORDS("mathematical terms"),
    QUANTITY_WORDS("quantities, rates and sums in words"),
    NEGATIONS("negations and exceptions"),
    CONDITIONS("assumptions and conditions"),
    CODE_WORDS("terms of programming"),
    FORM_WORDS("asks for a certain form of answer"),
    CHOICE_WORDS("terms of examination questions"),
    PERSONAL_WORDS("personal, conversational wording"),
    CONNECTIVES("connectives of reasoning"),
    DEMANDS("asks for depth, rigour or constraints"),
    ACADEMIC_WORDS("terms of an academic subject");

    private final String description;
    private final String signal = name().toLowerCase(Locale.ROOT);

    Feature(String description) {
        this.description = description;
    }

    /** The feature in plain words. */
    String description() {
        return description;
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

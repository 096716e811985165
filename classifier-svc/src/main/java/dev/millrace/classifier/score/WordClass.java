package dev.millrace.classifier.score;

/** The groups of words that the lexicon tells apart, each with the feature that counts them. */
enum WordClass {
    COMMON(Feature.COMMON_WORDS),
    FACT(Feature.FACT_QUESTIONS),
    WHAT(Feature.WHAT_QUESTIONS),
    HOW(Feature.HOW_QUESTIONS),
    MAKE(Feature.MAKE_VERBS),
    EXPLAIN(Feature.EXPLAIN_VERBS),
    PROOF(Feature.PROOF_WORDS),
    MATH(Feature.MATH_WORDS),
    QUANTITY(Feature.QUANTITY_WORDS),
    NEGATION(Feature.NEGATIONS),
    CONDITION(Feature.CONDITIONS),
    CODE(Feature.CODE_WORDS),
    FORM(Feature.FORM_WORDS),
    CHOICE(Feature.CHOICE_WORDS),
    PERSONAL(Feature.PERSONAL_WORDS),
    CONNECTIVE(Feature.CONNECTIVES),
    DEMAND(Feature.DEMANDS),
    ACADEMIC(Feature.ACADEMIC_WORDS);

    private final Feature feature;

    WordClass(Feature feature) {
        this.feature = feature;
    }

    /** The feature that counts words of this class. */
    Feature feature() {
        return feature;
    }

    /** The bit of this class in a mask. */
    int bit() {
        return 1 << index();
    }

    /** The place of this class in arrays and masks. */
    @SuppressWarnings("EnumOrdinal") // the one place that turns the order of the constants into a number
    int index() {
        return ordinal();
    }
}

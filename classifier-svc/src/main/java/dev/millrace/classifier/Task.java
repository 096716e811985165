package dev.millrace.classifier;

/** What a prompt asks the model to do, independent of its subject. */
public enum Task {
    /** A question of fact or advice. */
    QUESTION,
    /** Small talk, greetings, thanks. */
    CHAT,
    /** Program code: write, explain, repair. */
    CODE,
    /** Mathematics and calculation. */
    MATH,
    /** Reasoning, proofs, plans, comparisons. */
    REASONING,
    /** Free writing: a letter, a story, a text. */
    WRITING,
    /** Shortening a given text. */
    SUMMARIZATION,
    /** From one language to another. */
    TRANSLATION,
    /** Pulling fields out of a given text, or into a form. */
    EXTRACTION,
    /** Sorting a given text into classes. */
    CLASSIFICATION,
    /** A choice among given options, as in examinations. */
    MULTIPLE_CHOICE
}

package dev.millrace.classifier;

/** How far a text may travel, from free to never outside the organisation. */
public enum Sensitivity {
    /** Nothing was found. */
    PUBLIC,
    /** Contact data was found: an operator's policy decides, by default it may leave. */
    INTERNAL,
    /** Payment, identity, credential or a marking was found: it never leaves. */
    SENSITIVE
}

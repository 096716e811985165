package dev.millrace.classifier;

import java.util.Optional;

/** What one question is about, as a vector: worked out only if somebody asks, and then once. */
public interface Meaning {

    /** The answer where no embedding is to be had. */
    Meaning UNKNOWN = Optional::empty;

    /** The vector of length one, or empty where it cannot be had in time. */
    Optional<float[]> vector();
}

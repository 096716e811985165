package dev.millrace.classifier;

import java.time.Duration;

/** Turns questions into vectors; slower than all other judgements together, and allowed to be away. Thread-safe. */
public interface Embedder {

    /** The embedder of a service that has none. */
    Embedder NONE = new Embedder() {
        @Override
        public Meaning meaningOf(String question, Duration patience) {
            return Meaning.UNKNOWN;
        }

        @Override
        public String version() {
            return "none";
        }
    };

    /**
     * Returns the meaning of a question; nothing is worked out yet.
     *
     * @param patience how long its vector may be waited for
     */
    Meaning meaningOf(String question, Duration patience);

    /** The model in use: vectors of different models have nothing to do with each other. */
    String version();
}

package dev.millrace.classifier.score;

/**
 * The raw value of a question and of what was added beside its features.
 *
 * @param raw the whole
 * @param history what earlier turns added
 * @param topic what questions of a like meaning added; 0 where the meaning is not known
 * @param language what another language than English added
 */
record RawParts(double raw, double history, double topic, double language) {}

package dev.millrace.classifier;

import java.util.List;

/** Estimates how many input tokens texts will cost; pure, thread-safe. */
public interface TokenEstimator {

    /** Returns the estimated tokens of a conversation of these texts, the framing of each message included. */
    long tokensOf(List<String> texts);
}

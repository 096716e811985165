package dev.millrace.classifier;

/**
 * Everything that is said about one prompt. It names no tier: cutting the score is the gateway's policy.
 *
 * @param language BCP 47 tag
 * @param estimatedInputTokens tokens of the whole conversation
 * @param modelVersion the versions of all weights that took part
 * @param isSettled whether the same prompt gets the same verdict again; not so where its embedding was asked for and could not be had
 *     in time
 */
public record Verdict(
        Complexity complexity,
        Intent intent,
        String language,
        long estimatedInputTokens,
        SensitivityReport sensitivity,
        String modelVersion,
        boolean isSettled) {}

package dev.millrace.gateway;

import java.util.List;

/**
 * The classifier's judgement of a prompt.
 *
 * @param score larger needs the stronger model more, 0 to 1
 * @param confidence how sure the score is, 0 to 1
 * @param intent what the prompt wants; "out_of_scope" where nothing fits
 * @param task the kind of work, the wire's TaskType without its prefix, for instance "CODE"
 * @param language BCP 47; "und" where it cannot be told
 * @param estimatedInputTokens tokens of the whole prompt
 * @param sensitivity whether it may leave the organisation
 * @param findings what made it sensitive, never the text
 * @param signals what weighed in the score, largest first
 * @param modelVersion the models and rules that judged
 * @param hasUnscannedParts whether it has parts that could not be scanned
 */
public record Verdict(
        double score,
        double confidence,
        String intent,
        String task,
        String language,
        long estimatedInputTokens,
        Sensitivity sensitivity,
        List<Finding> findings,
        List<Signal> signals,
        String modelVersion,
        boolean hasUnscannedParts) {

    public Verdict {
        findings = List.copyOf(findings);
        signals = List.copyOf(signals);
    }

    /** Whether a prompt may leave the organisation; the order is the order of secrecy. */
    public enum Sensitivity {
        PUBLIC,
        INTERNAL,
        SENSITIVE
    }

    /** Something sensitive in the prompt: its kind, the rule that found it, how often. */
    public record Finding(String kind, String rule, int count, Sensitivity sensitivity) {}

    /** One thing that weighed in the score; quote is empty unless it was asked for. */
    public record Signal(String id, String description, double weight, String quote) {}
}

package dev.millrace.classifier;

/**
 * Sensitive data of one kind that one rule found; it never carries the text itself.
 *
 * @param kind what was found
 * @param rule stable id of the rule that found it, snake_case
 * @param count how often the rule matched, 1 or more
 */
public record Finding(FindingKind kind, String rule, int count) {}

package dev.millrace.billing;

/**
 * What the operator decides about every ledger.
 *
 * @param dailyNanoUsd the budget of a tenant without one of its own
 * @param referenceModel whose price "saved" is measured against
 */
public record LedgerTerms(long dailyNanoUsd, String referenceModel) {}

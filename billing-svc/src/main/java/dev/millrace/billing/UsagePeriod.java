package dev.millrace.billing;

import java.time.Instant;

/** A tenant's turns from a time on (inclusive) until a time (exclusive). */
public record UsagePeriod(String tenant, Instant start, Instant end) {}

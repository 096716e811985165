package dev.millrace.billing.sqlite;

import java.time.Duration;

/**
 * When the pages of a ledger are checked.
 *
 * @param beforeStartBytesMax a file of at most this size is checked before the start, which takes about 0.1 s for 64 MiB; a
 *     larger one while it serves
 * @param rest how long after the start that begins, so that the first prompts have the machine to themselves
 */
record CheckPlan(long beforeStartBytesMax, Duration rest) {
    static final CheckPlan USUAL = new CheckPlan(64L << 20, Duration.ofSeconds(10));
}

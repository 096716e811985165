package dev.millrace.local.app;

import dev.millrace.local.slots.OverflowGuard.Thresholds;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/**
 * What stands in front of the slots.
 *
 * @param limit the most calls that wait, for each kind of engine
 * @param refuseAbove busyness above which calls that can run elsewhere are refused
 * @param acceptBelow busyness below which they are taken again
 * @param dwell how long it must stay below
 */
@ConfigurationProperties("local-inference.queue")
record QueueConfig(int limit, double refuseAbove, double acceptBelow, Duration dwell) {
    Thresholds thresholds() {
        return new Thresholds(refuseAbove, acceptBelow, dwell);
    }
}

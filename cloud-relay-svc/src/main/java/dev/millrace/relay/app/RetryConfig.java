package dev.millrace.relay.app;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/** How a provider is asked again; see {@code cloud-relay/application.yml}. */
@ConfigurationProperties("cloud-relay.retry")
record RetryConfig(int triesMax, Duration base, Duration longestWait, double budgetShare, int budgetFloor) {
    RetryConfig {
        check("tries-max", triesMax >= 1 && triesMax <= 10, triesMax, "1 to 10");
        check("base", base.isPositive(), base, "above 0");
        check("budget-share", budgetShare >= 0 && budgetShare <= 1, budgetShare, "0 to 1");
        check("budget-floor", budgetFloor >= 0, budgetFloor, ">= 0");
    }

    private static void check(String key, boolean holds, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "cloud-relay.retry." + key + ": " + value + " (expected: " + expected + ")");
        }
    }
}

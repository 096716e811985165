package dev.millrace.local.app;

import io.micronaut.context.annotation.ConfigurationProperties;

/**
 * Where attempts are written down.
 *
 * @param target as {@code Channels} reads it; {@code none}: nothing is written down
 */
@ConfigurationProperties("local-inference.billing")
record BillingConfig(String target) {
    boolean isPresent() {
        return !target.equals("none");
    }
}

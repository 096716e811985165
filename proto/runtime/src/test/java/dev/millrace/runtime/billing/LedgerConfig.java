package dev.millrace.runtime.billing;

import dev.millrace.runtime.DataSize;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Where the ledger lies. */
@ConfigurationProperties("billing.ledger")
public record LedgerConfig(
        Path file, Duration flushWithin, DataSize cache, int replicas, boolean readonly, List<Integer> alertShares) {}

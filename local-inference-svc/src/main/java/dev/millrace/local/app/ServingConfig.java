package dev.millrace.local.app;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;
import java.util.List;

/**
 * Where and how calls are taken.
 *
 * @param listen {@code tcp://host:port} or {@code inprocess:///name}
 * @param stallLimit how long a reader may accept nothing before its call is cut
 */
@ConfigurationProperties("local-inference.grpc")
record ServingConfig(List<String> listen, Duration stallLimit) {}

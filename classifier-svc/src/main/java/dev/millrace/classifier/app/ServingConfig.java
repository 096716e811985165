package dev.millrace.classifier.app;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.util.List;

/**
 * Where calls are taken.
 *
 * @param listen {@code tcp://host:port} or {@code inprocess:///name}
 */
@ConfigurationProperties("classifier.grpc")
record ServingConfig(List<String> listen) {}

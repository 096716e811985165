/** A service of a few lines, as classifier-svc would be. */
@NullMarked
@Configuration
@Requires(property = "millrace.service", value = "classifier")
package dev.millrace.runtime.classifier;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;

/** A service of a few lines, as billing-svc would be. */
@NullMarked
@Configuration
@Requires(property = "millrace.service", value = "billing")
package dev.millrace.runtime.billing;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;

/** Any OpenAI-compatible cloud behind one contract: the domain of providers, their models, calls, and how calls fail. */
@Configuration
@Requires(property = "millrace.service", value = "cloud-relay")
@NullMarked
package dev.millrace.relay;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;

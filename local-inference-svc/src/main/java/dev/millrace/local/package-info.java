/** The domain of local inference: engines, the models they have, generations and the answers they make. */
@NullMarked
@Configuration
@Requires(property = "millrace.service", value = "local-inference")
package dev.millrace.local;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;

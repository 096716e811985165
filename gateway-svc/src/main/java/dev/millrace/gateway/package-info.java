/** The turn: a prompt, the decision where it runs, the events of its answer, and the interfaces that a door and the flow share. */
@NullMarked
@Configuration
@Requires(property = "millrace.service", value = "gateway")
package dev.millrace.gateway;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;

/** The judge of a prompt: the shapes of a question and of a verdict, and the five judgements a verdict is made of. */
@NullMarked
@Configuration
@Requires(property = "millrace.service", value = "classifier")
package dev.millrace.classifier;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;

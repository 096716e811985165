/** The one authority on money: prices, budgets, holds, the ledger of charges and the ledger of costs. */
@Configuration
@Requires(property = "millrace.service", value = "billing")
@NullMarked
package dev.millrace.billing;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;

/** Circuit breakers, one for each model of each provider. */
@NullMarked
package dev.millrace.relay.breaker;

import org.jspecify.annotations.NullMarked;

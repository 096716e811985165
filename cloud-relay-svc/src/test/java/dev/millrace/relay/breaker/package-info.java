/** Tests of the package. */
@NullMarked
package dev.millrace.relay.breaker;

import org.jspecify.annotations.NullMarked;

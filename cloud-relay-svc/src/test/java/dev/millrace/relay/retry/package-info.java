/** Tests of the package. */
@NullMarked
package dev.millrace.relay.retry;

import org.jspecify.annotations.NullMarked;

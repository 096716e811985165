/** Tests of the package. */
@NullMarked
package dev.millrace.relay.guard;

import org.jspecify.annotations.NullMarked;

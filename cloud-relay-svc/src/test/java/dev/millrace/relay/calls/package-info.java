/** Tests of the package. */
@NullMarked
package dev.millrace.relay.calls;

import org.jspecify.annotations.NullMarked;

/** Tests of the package. */
@NullMarked
package dev.millrace.relay.providers;

import org.jspecify.annotations.NullMarked;

/** Tests of the package. */
@NullMarked
package dev.millrace.relay.app;

import org.jspecify.annotations.NullMarked;

/** Tests of the package. */
@NullMarked
package dev.millrace.relay.upstream;

import org.jspecify.annotations.NullMarked;

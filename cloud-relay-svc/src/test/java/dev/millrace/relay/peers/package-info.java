/** Tests of the package. */
@NullMarked
package dev.millrace.relay.peers;

import org.jspecify.annotations.NullMarked;

/** The relay's side of the wire: what may come in, what goes out, and how failures are said. */
@NullMarked
package dev.millrace.relay.grpc;

import org.jspecify.annotations.NullMarked;

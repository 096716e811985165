/** The relay's calls of other services: what each provider call cost is told to billing. */
@NullMarked
package dev.millrace.relay.peers;

import org.jspecify.annotations.NullMarked;

/** Starts the gateway and wires it. */
@NullMarked
package dev.millrace.gateway.app;

import org.jspecify.annotations.NullMarked;

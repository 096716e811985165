/** The entry point of cloud-relay-svc and its wiring. */
@NullMarked
package dev.millrace.relay.app;

import org.jspecify.annotations.NullMarked;

/** Providers as configured, their keys, and the list of their models, kept fresh in the background. */
@NullMarked
package dev.millrace.relay.providers;

import org.jspecify.annotations.NullMarked;

/** What operators see of turns beyond the log: spans on their way and measurements; only in use where telemetry is on. */
@NullMarked
package dev.millrace.gateway.telemetry;

import org.jspecify.annotations.NullMarked;

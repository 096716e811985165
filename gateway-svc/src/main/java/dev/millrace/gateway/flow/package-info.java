/** Composes a turn: authenticate, admit, classify, route, reserve, run with failover, settle, tell. */
@NullMarked
package dev.millrace.gateway.flow;

import org.jspecify.annotations.NullMarked;

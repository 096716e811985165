/** How the services speak with one another: servers, channels, faults, metadata, deadlines and streams. */
@NullMarked
package dev.millrace.rpc;

import org.jspecify.annotations.NullMarked;

/** How a call runs: tried, watched, read, counted, and written down, whatever its end. */
@NullMarked
package dev.millrace.relay.calls;

import org.jspecify.annotations.NullMarked;

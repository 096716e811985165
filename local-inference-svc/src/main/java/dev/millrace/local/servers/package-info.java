/** What every engine behind HTTP shares: connections, bounded lines, bounded JSON, and failures in plain words. */
@NullMarked
package dev.millrace.local.servers;

import org.jspecify.annotations.NullMarked;

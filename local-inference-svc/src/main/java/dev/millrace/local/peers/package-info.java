/** Tells billing what each attempt took. */
@NullMarked
package dev.millrace.local.peers;

import org.jspecify.annotations.NullMarked;

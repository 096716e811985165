/** What a request costs: an upstream that costs next to nothing, callers in a closed loop, and the CPU time of a process. */
@NullMarked
package dev.millrace.load;

import org.jspecify.annotations.NullMarked;

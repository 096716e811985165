/** Watches the node's GPUs, where there are any. */
@NullMarked
package dev.millrace.local.gpu;

import org.jspecify.annotations.NullMarked;

/** The entry point and the wiring. */
@NullMarked
package dev.millrace.local.app;

import org.jspecify.annotations.NullMarked;

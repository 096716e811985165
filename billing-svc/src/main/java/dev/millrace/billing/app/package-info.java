/** Where billing begins: its main, its configuration, its wiring. */
@NullMarked
package dev.millrace.billing.app;

import org.jspecify.annotations.NullMarked;

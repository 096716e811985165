/** Admits calls: the slots of the engines, one bounded queue in front of them, and the guard that sends overflow away. */
@NullMarked
package dev.millrace.local.slots;

import org.jspecify.annotations.NullMarked;

/** Runs llama.cpp inside this process on platform threads, one a slot. */
@NullMarked
package dev.millrace.local.embedded;

import org.jspecify.annotations.NullMarked;

/** Turns texts into vectors with MiniLM inside this process. */
@NullMarked
package dev.millrace.local.embeddings;

import org.jspecify.annotations.NullMarked;

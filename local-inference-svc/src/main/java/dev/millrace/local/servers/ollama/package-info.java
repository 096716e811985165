/** Drives an Ollama through its native API. */
@NullMarked
package dev.millrace.local.servers.ollama;

import org.jspecify.annotations.NullMarked;

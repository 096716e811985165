/** Drives servers that speak the OpenAI protocol: llama-server, LocalAI, vLLM. */
@NullMarked
package dev.millrace.local.servers.openai;

import org.jspecify.annotations.NullMarked;

/** OpenAI's wire format: requests written without losing a digit, streams read without trusting them. */
@NullMarked
package dev.millrace.relay.openai;

import org.jspecify.annotations.NullMarked;

/** Tokens counted with a public tokenizer, where a provider does not count. */
@NullMarked
package dev.millrace.relay.counting;

import org.jspecify.annotations.NullMarked;

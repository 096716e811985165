/** When a provider is asked again: pauses, the provider's own wishes, its quota, and a budget that prevents storms. */
@NullMarked
package dev.millrace.relay.retry;

import org.jspecify.annotations.NullMarked;

/** What is known of models: their lists and prices as last told, and what the gateway has seen of them. */
@NullMarked
package dev.millrace.gateway.catalogue;

import org.jspecify.annotations.NullMarked;

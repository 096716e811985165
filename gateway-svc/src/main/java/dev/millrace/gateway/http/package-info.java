/** The OpenAI-compatible HTTP door: paths, headers, event streams, and what a browser may not do. */
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;

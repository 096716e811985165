/** HTTP towards providers, blocking on virtual threads: no redirects, no cookies, no decompression, no hidden retries. */
@NullMarked
package dev.millrace.relay.upstream;

import org.jspecify.annotations.NullMarked;

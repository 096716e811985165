/** HTTP towards providers, read by event loops: no redirects, no cookies, no decompression, no request twice. */
@NullMarked
package dev.millrace.relay.upstream;

import org.jspecify.annotations.NullMarked;

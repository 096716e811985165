/** The gateway's calls to its four peers, and the translation of what they say. */
@NullMarked
package dev.millrace.gateway.peers;

import org.jspecify.annotations.NullMarked;

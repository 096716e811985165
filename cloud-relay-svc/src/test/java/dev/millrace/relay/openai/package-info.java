/** Tests of the package. */
@NullMarked
package dev.millrace.relay.openai;

import org.jspecify.annotations.NullMarked;

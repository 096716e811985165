/** Tests of OpenAI's JSON, without a server. */
@NullMarked
package dev.millrace.gateway.openai;

import org.jspecify.annotations.NullMarked;

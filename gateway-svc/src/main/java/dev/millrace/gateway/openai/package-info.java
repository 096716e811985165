/** OpenAI's JSON: requests read into turns, and events, answers, models and faults written out. */
@NullMarked
package dev.millrace.gateway.openai;

import org.jspecify.annotations.NullMarked;

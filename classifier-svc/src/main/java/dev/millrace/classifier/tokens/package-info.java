/** The estimate of input tokens: a count by kinds of characters, calibrated against the o200k encoding. */
@NullMarked
package dev.millrace.classifier.tokens;

import org.jspecify.annotations.NullMarked;

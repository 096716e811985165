/** The language of a text, from its script and its function words. */
@NullMarked
package dev.millrace.classifier.language;

import org.jspecify.annotations.NullMarked;

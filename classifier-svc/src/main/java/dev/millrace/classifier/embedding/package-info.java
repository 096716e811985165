/** The embedding of questions: a sentence model inside this process, loaded when it is first asked for. */
@NullMarked
package dev.millrace.classifier.embedding;

import org.jspecify.annotations.NullMarked;

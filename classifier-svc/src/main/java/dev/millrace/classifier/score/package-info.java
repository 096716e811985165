/** The complexity score: text features, a small ensemble of nets over them, and the signals that explain it. */
@NullMarked
package dev.millrace.classifier.score;

import org.jspecify.annotations.NullMarked;

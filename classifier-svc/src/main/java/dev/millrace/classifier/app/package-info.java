/** The entry point of classifier-svc and the wiring of its parts. */
@NullMarked
package dev.millrace.classifier.app;

import org.jspecify.annotations.NullMarked;

/** The search for data that must not leave: one linear pass with detectors that look ahead a bounded distance. */
@NullMarked
package dev.millrace.classifier.sensitivity;

import org.jspecify.annotations.NullMarked;

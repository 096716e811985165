/** How a Java service calls Millrace over gRPC. */
@NullMarked
package dev.millrace.samples;

import org.jspecify.annotations.NullMarked;

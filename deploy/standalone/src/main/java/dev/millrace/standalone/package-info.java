/** The whole of Millrace in one JVM: five services, each with its own container, speaking gRPC over the in-process transport. */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;

/** The gRPC door: the wire's shapes read and written, the methods that are passed through, the faults that callers see. */
@NullMarked
package dev.millrace.gateway.grpc;

import org.jspecify.annotations.NullMarked;

/** The server side of the wire: generated messages become the domain's, and its refusals become faults. */
@NullMarked
package dev.millrace.billing.grpc;

import org.jspecify.annotations.NullMarked;

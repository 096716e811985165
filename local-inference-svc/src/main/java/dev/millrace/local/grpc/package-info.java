/** The server side of the wire: inference and the life cycle of models. */
@NullMarked
package dev.millrace.local.grpc;

import org.jspecify.annotations.NullMarked;

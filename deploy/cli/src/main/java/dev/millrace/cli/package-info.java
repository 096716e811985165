/** The command that operators and users type: a client of the gateway's public port, in the standalone as in the mesh. */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;

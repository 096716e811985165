/** The programs that a mesh consists of: found, started, watched and ended. */
@NullMarked
package dev.millrace.mesh.process;

import org.jspecify.annotations.NullMarked;

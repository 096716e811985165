/** The commands of an operator of a mesh, and the way from a command to the mesh that runs in a home. */
@NullMarked
package dev.millrace.mesh.command;

import org.jspecify.annotations.NullMarked;

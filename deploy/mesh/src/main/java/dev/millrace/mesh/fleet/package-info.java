/** The running mesh: its registry, its instances with their sidecars, its outer door. */
@NullMarked
package dev.millrace.mesh.fleet;

import org.jspecify.annotations.NullMarked;

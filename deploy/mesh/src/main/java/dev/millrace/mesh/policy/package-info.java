/** The policy of a mesh: what its one file says, read strictly. */
@NullMarked
package dev.millrace.mesh.policy;

import org.jspecify.annotations.NullMarked;

/** Renders the configuration of each sidecar from the policy. */
@NullMarked
package dev.millrace.mesh.envoy;

import org.jspecify.annotations.NullMarked;

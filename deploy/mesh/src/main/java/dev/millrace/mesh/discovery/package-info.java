/** How sidecars hear of instances: consul-template writes what Consul knows into the files that they watch. */
@NullMarked
package dev.millrace.mesh.discovery;

import org.jspecify.annotations.NullMarked;

package dev.millrace.mesh.fleet;

import java.net.URI;

/** Who takes the traces and metrics of a mesh. */
public sealed interface CollectorPlace {
    /** A collector that the mesh starts and ends. */
    record OfTheMesh() implements CollectorPlace {}

    /** One of the operator's own. */
    record Elsewhere(URI address) implements CollectorPlace {}

    /** Nobody: none are made. */
    record Nowhere() implements CollectorPlace {}
}

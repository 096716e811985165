/** The mesh on one machine: its instances, where each listens, and where its files lie. */
@NullMarked
package dev.millrace.mesh;

import org.jspecify.annotations.NullMarked;

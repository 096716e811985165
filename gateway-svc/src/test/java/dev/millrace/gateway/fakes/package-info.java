/** The gateway's four peers, small and scripted, behind the real stubs. */
@NullMarked
package dev.millrace.gateway.fakes;

import org.jspecify.annotations.NullMarked;

/** The gateway's four peers, small and scripted, behind the real stubs; and requests as doors hand them to the flow. */
@NullMarked
package dev.millrace.gateway.fakes;

import org.jspecify.annotations.NullMarked;

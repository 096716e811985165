/** The server side of the wire: requests become prompts, verdicts become answers, refusals become faults. */
@NullMarked
package dev.millrace.classifier.grpc;

import org.jspecify.annotations.NullMarked;

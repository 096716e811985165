package dev.millrace.gateway.openai;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.RoutingPreference.Placement;
import java.util.Optional;

/**
 * What a call says outside of its body.
 *
 * @param caller who asks
 * @param requestId the caller's own mark for the turn, from the header Idempotency-Key; empty: none
 * @param placement where the prompt may run; empty: the body says, or nobody does
 */
public record RequestHead(Caller caller, String requestId, Optional<Placement> placement) {}

package dev.millrace.gateway.openai;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.RoutingPreference.Placement;
import java.util.Optional;

/**
 * What a call says outside of its body.
 *
 * @param caller who asks
 * @param idempotencyKey at most 255 characters; empty: none
 * @param placement where the prompt may run; empty: the body says, or nobody does
 */
public record RequestHead(Caller caller, String idempotencyKey, Optional<Placement> placement) {}

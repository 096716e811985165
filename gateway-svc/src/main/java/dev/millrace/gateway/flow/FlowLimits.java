package dev.millrace.gateway.flow;

import java.time.Duration;

/**
 * The bounds of a turn.
 *
 * @param requestBytesMax the largest prompt, bytes on the wire
 * @param attemptsMax upstream calls of one turn, a provider's retries included
 * @param classifySlice what classifying may take, once warm
 * @param classifySlicePerMebibyte what each MiB of prompt adds to it
 * @param reserveSlice what one hold may take, once warm
 * @param coldSlice what either may take in a young process, whose first calls are slow
 * @param coldCalls how many answered calls make it warm
 * @param settleWait how long an answer's last event waits for its charge
 * @param settleWithin how long settling may take
 * @param firstTokenMax the longest first-token limit
 * @param suspendedMax how long QUEUED, LOADING and RETRYING may suspend that limit, together
 * @param beatSilenceMax how long a backend that has begun to beat may miss its beats
 * @param tokenSilenceMax how long a backend may pause between two tokens
 * @param heldBytesMax what all answers may take that are held until they are whole, bytes
 */
public record FlowLimits(
        long requestBytesMax,
        int attemptsMax,
        Duration classifySlice,
        Duration classifySlicePerMebibyte,
        Duration reserveSlice,
        Duration coldSlice,
        int coldCalls,
        Duration settleWait,
        Duration settleWithin,
        Duration firstTokenMax,
        Duration suspendedMax,
        Duration beatSilenceMax,
        Duration tokenSilenceMax,
        long heldBytesMax) {}

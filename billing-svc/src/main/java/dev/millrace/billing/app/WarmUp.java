package dev.millrace.billing.app;

import dev.millrace.rpc.Channels;
import dev.millrace.schema.billing.v1.BillingServiceGrpc;
import dev.millrace.schema.billing.v1.BillingServiceGrpc.BillingServiceBlockingStub;
import dev.millrace.schema.billing.v1.GetBudgetRequest;
import dev.millrace.schema.billing.v1.ReleaseReservationRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks this service through its own door for what changes nothing, a read and a write each, until it answers quickly: the first
 * holds of an instance that has just come wait for neither classes nor connections, and a gateway gives them a second.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String NOBODY = "warm-up";
    private static final int ROUNDS_MIN = 3;
    private static final Duration QUICK = Duration.ofMillis(50);
    /** On a busy machine a young process may not become quick for long; then it serves as it is. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private WarmUp() {}

    static void run(URI address) {
        ManagedChannel channel = Channels.open(address.toString());
        try {
            BillingServiceBlockingStub billing =
                    BillingServiceGrpc.newBlockingStub(channel).withDeadlineAfter(LONGEST);
            Duration took = LONGEST;
            for (int round = 0; round < ROUNDS_MIN || took.compareTo(QUICK) > 0; round++) {
                long begin = System.nanoTime();
                var _ = billing.getBudget(
                        GetBudgetRequest.newBuilder().setTenant(NOBODY).build());
                releaseNothing(billing);
                took = Duration.ofNanos(System.nanoTime() - begin);
            }
        } catch (StatusRuntimeException failure) {
            LOG.atWarn()
                    .addKeyValue("why", failure.getStatus().getCode())
                    .log("not warm yet; the first calls will be slower");
        } finally {
            channel.shutdownNow();
        }
    }

    /** There is no such hold, so the answer is NOT_FOUND; the way to it leads through the store's writer. */
    private static void releaseNothing(BillingServiceBlockingStub billing) {
        try {
            var _ = billing.releaseReservation(ReleaseReservationRequest.newBuilder()
                    .setTenant(NOBODY)
                    .setTurnId(NOBODY)
                    .setHoldId(NOBODY)
                    .build());
        } catch (StatusRuntimeException answer) {
            if (answer.getStatus().getCode() != Status.Code.NOT_FOUND) {
                throw answer;
            }
        }
    }
}

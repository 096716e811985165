package dev.millrace.relay.peers;

import dev.millrace.relay.AttemptLedger;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Instruments;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.grpc.ManagedChannel;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to billing, which may be none: a relay on its own answers prompts all the same. */
public final class BillingPeer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BillingPeer.class);
    private static final String NONE = "none";

    private final AttemptLedger ledger;
    private final Runnable release;

    private BillingPeer(AttemptLedger ledger, Runnable release) {
        this.ledger = ledger;
        this.release = release;
    }

    /** Connects when the first row is sent; the target "none" keeps no ledger. */
    public static BillingPeer open(String target, ScheduledExecutorService timer, Instruments instruments) {
        if (target.equals(NONE)) {
            LOG.atWarn().log("cloud-relay.peers.billing is none: what providers cost is written down nowhere");
            return new BillingPeer(new NoLedger(), () -> {});
        }
        ManagedChannel channel = Channels.open(target, instruments);
        BillingAttempts attempts = new BillingAttempts(channel, timer);
        return new BillingPeer(attempts, () -> {
            attempts.close();
            channel.shutdownNow();
        });
    }

    public AttemptLedger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        release.run();
    }

    /** Writes nothing down. */
    private static final class NoLedger implements AttemptLedger {
        @Override
        public Start started(TryKey key) {
            return () -> {};
        }

        @Override
        public void ended(TryKey key, TokenUsage usage, String outcome) {
            // Nobody wants to know.
        }
    }
}

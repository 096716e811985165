package dev.millrace.billing;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The store of money. Every method is atomic and answers when its effect is as safe as promised: <i>durable</i> survives a
 * power cut, <i>kept</i> survives the crash of this process. Safe for use by any number of threads.
 *
 * <p>The four that every turn needs return at once with a future, so that no thread waits for a disk. It ends on one of the
 * store's own threads, which all others wait for: what is hung on it must not block. The other methods block.
 *
 * <p>All of them fail with {@link LedgerUnavailableException} when the store cannot do its work; then nothing is promised of
 * the call, and repeating it is safe.
 */
public interface Ledger extends AutoCloseable {
    /** Sets money aside: spent + held + amount never exceeds the budget of the day. Kept; idempotent by attempt. */
    CompletableFuture<Reservation> reserve(HoldRequest request);

    /** Frees one hold: the amount freed, 0 when it had ended already; empty when there is no such hold. Kept. */
    CompletableFuture<OptionalLong> release(String tenant, String turnId, String holdId);

    /**
     * Writes the turn's one charge and frees all its holds. Durable; idempotent by turn.
     *
     * @param kept told the outcome on one of the store's threads as soon as it is kept, so that nobody has to wait for a disk to
     *     know a charge; not told of what fails
     */
    CompletableFuture<SettleOutcome> settle(Settlement settlement, Consumer<SettleOutcome> kept);

    /** The same for those who want to know nothing before the charge is durable. */
    default CompletableFuture<SettleOutcome> settle(Settlement settlement) {
        return settle(settlement, none -> {});
    }

    /** Adds one phase of a provider call, and tells what the call is booked with by now. Kept; repeats are ignored. */
    CompletableFuture<Long> record(AttemptPhase phase);

    Budget budget(String tenant);

    /** Sets the daily budget; holds already granted stay. Durable. */
    Budget setBudget(String tenant, long dailyNanoUsd, String actor);

    /** The price rows by now; cheap. */
    PriceBook prices();

    /** Adds a price row; rows are never changed. Durable. */
    Price putPrice(PriceChange change);

    /**
     * Adds those rows that differ from the newest one of the same model and actor, so that a configuration read at every
     * start counts when it was changed, and does not undo what somebody else set since. Durable.
     */
    void offerPrices(List<PriceChange> changes);

    /** Turns that were settled or recovered, newest first. */
    Page<Turn> turns(UsagePeriod period, int size, String token);

    /** One turn of this tenant by its id, or by the caller's request id (the newest of several). */
    Optional<TurnDetail> turn(String tenant, String id);

    UsageReport report(UsagePeriod period, Grouping grouping);

    /** Whether the store could be reached during the last seconds; cheap. One that is a file of this process always is. */
    default boolean isAtHand() {
        return true;
    }

    /**
     * What was found wrong with the store itself, and what to do; empty: nothing is known. From then on no money is set aside and
     * no budget is told; what was begun is written still. Cheap.
     */
    default Optional<String> damage() {
        return Optional.empty();
    }

    @Override
    void close();
}

package dev.millrace.gateway.catalogue;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Listings;
import dev.millrace.gateway.Listings.Listing;
import dev.millrace.gateway.Standing;
import dev.millrace.gateway.Target;
import dev.millrace.rpc.Deadlines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

/**
 * Keeps the last word of every backend and of billing, and asks them again in the background: a request reads memory only,
 * and goes on with what was known when a peer is away.
 */
public final class ModelCatalogue implements Catalogue, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelCatalogue.class);

    private final Listings listings;
    private final Merge merge;
    private final Duration answerWithin;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("catalogue-", 0).factory());

    private final Attendance attendance = new Attendance(System::nanoTime);

    /** Guarded by this. */
    private final Map<Target, Listing> known = new EnumMap<>(Target.class);

    /** Guarded by this. */
    private Optional<Map<String, Price>> prices = Optional.empty();

    private volatile Snapshot snapshot;

    /**
     * A catalogue that knows nothing yet.
     *
     * @param aliases the policy's names, each with its model
     * @param cloudModel a cloud model that is offered at the operator's word, whether its provider lists it or not
     * @param answerWithin how long one refresh waits for a peer
     */
    public ModelCatalogue(
            Listings listings, Map<String, String> aliases, Optional<String> cloudModel, Duration answerWithin) {
        this.listings = listings;
        this.merge = new Merge(aliases, cloudModel);
        this.answerWithin = answerWithin;
        snapshot = new Snapshot(merge.entries(Map.of(), Map.of()), List.of(), false, false);
    }

    /** Begins to ask again every so often. */
    public void refreshEvery(Duration pause) {
        var _ = timer.scheduleWithFixedDelay(this::refreshSafely, pause.toMillis(), pause.toMillis(), MILLISECONDS);
    }

    private void refreshSafely() {
        try {
            refresh();
        } catch (RuntimeException failure) {
            LOG.atWarn().setCause(failure).log("the catalogue could not be refreshed");
        }
    }

    /** Asks all peers once, side by side, and takes over what those say that answer. */
    public void refresh() {
        try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<Listing>> local = asking.submit(list(Target.LOCAL));
            Future<Optional<Listing>> cloud = asking.submit(list(Target.CLOUD));
            Future<Optional<Map<String, Price>>> newPrices =
                    asking.submit(() -> listings.prices(Deadlines.after(answerWithin)));
            takeOver(local.get(), cloud.get(), newPrices.get());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a list could not be read", failure.getCause());
        }
    }

    /** Notes who did not tell. Whoever told before is asked again: of several instances one may be frozen. */
    private Callable<Optional<Listing>> list(Target target) {
        return () -> {
            Optional<Listing> told = Optional.empty();
            try {
                told = listings.models(target, Deadlines.after(answerWithin));
                if (told.isEmpty() && attendance.hasTold(target)) {
                    told = listings.models(target, Deadlines.after(answerWithin));
                }
                return told;
            } finally {
                attendance.note(target, told.isPresent());
            }
        };
    }

    private synchronized void takeOver(
            Optional<Listing> local, Optional<Listing> cloud, Optional<Map<String, Price>> newPrices) {
        local.ifPresent(listing -> known.put(Target.LOCAL, listing));
        cloud.ifPresent(listing -> known.put(Target.CLOUD, listing));
        prices = newPrices.or(() -> prices);
        Map<Target, List<Entry>> models = new EnumMap<>(Target.class);
        List<Unreached> unreached = new ArrayList<>();
        known.forEach((target, listing) -> {
            models.put(target, listing.models());
            unreached.addAll(listing.unreached());
        });
        snapshot = new Snapshot(
                merge.entries(models, prices.orElse(Map.of())),
                unreached,
                known.size() == Target.values().length,
                prices.isPresent());
    }

    @Override
    public List<Entry> models() {
        return snapshot.entries;
    }

    @Override
    public List<Standing> standings() {
        return attendance.standings();
    }

    @Override
    public List<Unreached> unreached() {
        return snapshot.unreached;
    }

    @Override
    public boolean complete() {
        return snapshot.complete;
    }

    @Override
    public boolean pricesKnown() {
        return snapshot.pricesKnown;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private record Snapshot(List<Entry> entries, List<Unreached> unreached, boolean complete, boolean pricesKnown) {

        Snapshot {
            entries = List.copyOf(entries);
            unreached = List.copyOf(unreached);
        }
    }
}

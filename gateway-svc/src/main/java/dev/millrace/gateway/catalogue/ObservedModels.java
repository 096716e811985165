package dev.millrace.gateway.catalogue;

import dev.millrace.gateway.Observations;
import dev.millrace.gateway.Target;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Remembers first tokens and refusals of each model. Grows with the number of models that ran, not with requests. */
public final class ObservedModels implements Observations {

    /** How long a refusal counts; after it one call probes. */
    static final Duration FULL_FOR = Duration.ofMillis(250);

    private final LongSupplier nanoTime;
    private final Map<Key, ObservedLatency> latencies = new ConcurrentHashMap<>();
    private final Map<Key, Long> fullUntil = new ConcurrentHashMap<>();

    public ObservedModels(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public Optional<Duration> firstTokenMedian(Target target, String model) {
        return seen(target, model).flatMap(ObservedLatency::median);
    }

    @Override
    public Optional<Duration> firstTokenP95(Target target, String model) {
        return seen(target, model).flatMap(ObservedLatency::p95);
    }

    private Optional<ObservedLatency> seen(Target target, String model) {
        return Optional.ofNullable(latencies.get(new Key(target, model)));
    }

    @Override
    public void sawFirstToken(Target target, String model, Duration took) {
        Key key = new Key(target, model);
        latencies.computeIfAbsent(key, first -> new ObservedLatency()).add(took);
        fullUntil.remove(key);
    }

    @Override
    public void sawLate(Target target, String model, Duration waited) {
        latencies
                .computeIfAbsent(new Key(target, model), first -> new ObservedLatency())
                .addLate(waited);
    }

    @Override
    public void sawFull(Target target, String model) {
        fullUntil.put(new Key(target, model), nanoTime.getAsLong() + FULL_FOR.toNanos());
    }

    @Override
    public boolean isFull(Target target, String model) {
        Key key = new Key(target, model);
        Long until = fullUntil.get(key);
        if (until == null) {
            return false;
        }
        long now = nanoTime.getAsLong();
        boolean mayProbe = now - until >= 0 && fullUntil.replace(key, until, now + FULL_FOR.toNanos());
        return !mayProbe;
    }

    private record Key(Target target, String model) {}
}

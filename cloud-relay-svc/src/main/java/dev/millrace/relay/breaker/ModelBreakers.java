package dev.millrace.relay.breaker;

import dev.millrace.relay.Breakers;
import dev.millrace.relay.Failure;
import dev.millrace.relay.ProviderModel;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Opens after five failed calls in a row, or when half of the last twenty failed; after a pause two calls may probe.
 * Errors in the middle of a stream count as well as refusals, because no sidecar can see them.
 *
 * <pre>
 * CLOSED --failures--> OPEN --pause--> HALF_OPEN --two probes answer--> CLOSED
 *                        ^                 |
 *                        +---a probe fails-+
 * </pre>
 *
 * A probe asks whether the provider answers, so that its first piece is its result: an answer may take longer than any
 * pause. One that breaks after that counts as a failure of the breaker that it has closed. Probes have no time limit here:
 * the wait for a first piece is bounded by the provider's patience.
 */
public final class ModelBreakers implements Breakers {
    private static final int WINDOW_CALLS = 20;
    private static final int CALLS_MIN = 5;
    private static final int PROBES = 2;
    private static final float FAILURE_PERCENT = 50;

    private final CircuitBreakerRegistry registry;
    private final Duration pause;
    private final Map<String, Long> openedNanos = new ConcurrentHashMap<>();
    private final Map<String, String> lastFailures = new ConcurrentHashMap<>();

    public ModelBreakers(Duration pause) {
        this.pause = pause;
        registry = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(WINDOW_CALLS)
                .minimumNumberOfCalls(CALLS_MIN)
                .failureRateThreshold(FAILURE_PERCENT)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .maxWaitDurationInHalfOpenState(Duration.ZERO)
                .waitDurationInOpenState(pause)
                .build());
        registry.getEventPublisher()
                .onEntryAdded(added -> added.getAddedEntry().getEventPublisher().onStateTransition(this::noteOpening));
    }

    private void noteOpening(CircuitBreakerOnStateTransitionEvent event) {
        if (event.getStateTransition().getToState() == State.OPEN) {
            openedNanos.put(event.getCircuitBreakerName(), System.nanoTime());
        }
    }

    @Override
    public Optional<Permit> ask(ProviderModel model) {
        CircuitBreaker breaker = of(model);
        return breaker.tryAcquirePermission()
                ? Optional.of(new Leave(breaker, breaker.getState() == State.HALF_OPEN, lastFailures))
                : Optional.empty();
    }

    @Override
    public Duration pause() {
        return pause;
    }

    /** Only until its pause is over: an open breaker leaves its state when it is asked, and so it must be asked again. */
    @Override
    public boolean isOpen(ProviderModel model) {
        CircuitBreaker breaker = of(model);
        Long opened = openedNanos.get(breaker.getName());
        return breaker.getState() == State.OPEN && opened != null && System.nanoTime() - opened < pause.toNanos();
    }

    @Override
    public Optional<String> resting(ProviderModel model) {
        CircuitBreaker breaker = of(model);
        return breaker.getState() == State.CLOSED
                ? Optional.empty()
                : Optional.of("left alone for now after repeated failures, tried again "
                        + pause.toString().substring("PT".length()).toLowerCase(Locale.ROOT) + " after the last: "
                        + lastFailures.getOrDefault(breaker.getName(), "of unknown cause"));
    }

    private CircuitBreaker of(ProviderModel model) {
        return registry.circuitBreaker(model.provider().name() + "/" + model.wireName());
    }

    /** Of one call, whose thread alone uses it. */
    private static final class Leave implements Permit {
        private final CircuitBreaker breaker;
        private final boolean probe;
        private final Map<String, String> lastFailures;
        private boolean answered;

        Leave(CircuitBreaker breaker, boolean probe, Map<String, String> lastFailures) {
            this.breaker = breaker;
            this.probe = probe;
            this.lastFailures = lastFailures;
        }

        /** The calls of a closed breaker count once, by their end. */
        @Override
        public void answering() {
            if (probe && !answered) {
                answered = true;
                breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void succeeded() {
            if (!answered) {
                breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void failed(Failure failure) {
            lastFailures.put(breaker.getName(), failure.message());
            breaker.onError(0, TimeUnit.NANOSECONDS, new ProviderFailed());
        }

        @Override
        public void released() {
            if (probe && !answered) {
                breaker.releasePermission();
            }
        }
    }

    /** The breaker wants an exception to classify; ours carries nothing. */
    private static final class ProviderFailed extends Exception {
        ProviderFailed() {
            super("the provider failed", null, false, false);
        }
    }
}

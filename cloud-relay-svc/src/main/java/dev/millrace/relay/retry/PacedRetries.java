package dev.millrace.relay.retry;

import dev.millrace.relay.Failure;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Retries;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Repeats what may be repeated: few times, later each time, within the deadline, and within a budget. Each model has its own,
 * as providers fail and limit each by itself: one that is down must not use up what would save the others.
 */
public final class PacedRetries implements Retries {
    private final Rules rules;
    private final Backoff backoff;
    private final LongSupplier nanoClock;
    private final Map<String, RetryBudget> budgets = new ConcurrentHashMap<>();

    public PacedRetries(Rules rules, Backoff backoff, LongSupplier nanoClock) {
        this.rules = rules;
        this.backoff = backoff;
        this.nanoClock = nanoClock;
    }

    /**
     * The bounds of repeating.
     *
     * @param triesMax calls of a model for one request, the first included
     * @param longestWait a provider that asks for more is not waited for
     * @param budgetShare retries for each request over 60 s
     * @param budgetFloor retries in 60 s that are granted however few requests there are
     */
    public record Rules(int triesMax, Duration longestWait, double budgetShare, int budgetFloor) {}

    @Override
    public int triesMax() {
        return rules.triesMax;
    }

    @Override
    public void begun(ProviderModel model) {
        budget(model).request();
    }

    @Override
    public Optional<Duration> waitBefore(ProviderModel model, int nextTry, Failure failure, Duration remaining) {
        if (!failure.repeatable() || nextTry > rules.triesMax) {
            return Optional.empty();
        }
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        Duration paced = backoff.before(nextTry);
        Duration wait = asked.compareTo(paced) > 0 ? asked : paced;
        if (asked.compareTo(rules.longestWait) > 0 || wait.compareTo(remaining) >= 0) {
            return Optional.empty();
        }
        return budget(model).tryRetry() ? Optional.of(wait) : Optional.empty();
    }

    private RetryBudget budget(ProviderModel model) {
        return budgets.computeIfAbsent(
                model.provider().name() + "/" + model.wireName(),
                name -> new RetryBudget(rules.budgetShare, rules.budgetFloor, nanoClock));
    }
}

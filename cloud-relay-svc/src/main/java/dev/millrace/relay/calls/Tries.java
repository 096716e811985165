package dev.millrace.relay.calls;

import dev.millrace.relay.Breakers;
import dev.millrace.relay.Breakers.Permit;
import dev.millrace.relay.CallScope;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.Outcome.Answered;
import dev.millrace.relay.Outcome.Failed;
import dev.millrace.relay.Provider;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Quotas;
import dev.millrace.relay.Reason;
import dev.millrace.relay.Retries;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Calls a provider until it answers, a failure stands, or the tries are used up. The only retrying layer towards it. */
public final class Tries {
    private final Breakers breakers;
    private final Retries retries;
    private final Quotas quotas;

    public Tries(Breakers breakers, Retries retries, Quotas quotas) {
        this.breakers = breakers;
        this.retries = retries;
        this.quotas = quotas;
    }

    /** One call of the provider; of its permit it says at most that an answer begins. */
    @FunctionalInterface
    interface Try<T> {
        Outcome<T> run(int number, Permit permit) throws IOException, InterruptedException;
    }

    /** Waits between two tries, telling the caller why; false when the caller left. */
    @FunctionalInterface
    interface Waiter {
        boolean await(int nextTry, Failure cause, Duration wait) throws InterruptedException;
    }

    /** What stands against calling the model at all, known without calling it. */
    public Optional<Failure> refusal(ProviderModel model) {
        Provider provider = model.provider();
        if (model.unusable().isPresent()) {
            Reason reason = provider.unusable().isPresent() ? Reason.PROVIDER_KEY_REFUSED : Reason.PROVIDER_UNAVAILABLE;
            return Optional.of(named(reason, provider, model.unusable().get()));
        }
        Optional<Duration> spent = quotas.spent(model);
        if (spent.isPresent()) {
            return Optional.of(named(Reason.PROVIDER_QUOTA_EXHAUSTED, provider, "its quota is spent")
                    .after(spent)
                    .with("retry_after_millis", spent.get().toMillis()));
        }
        return breakers.isOpen(model) ? Optional.of(resting(model)) : Optional.empty();
    }

    private static Failure named(Reason reason, Provider provider, String why) {
        return Failure.of(reason, provider.name() + " (" + provider.host() + "): " + why)
                .with("provider", provider.name())
                .with("host", provider.host())
                .with("detail", why);
    }

    private Failure resting(ProviderModel model) {
        return named(
                        Reason.PROVIDER_UNAVAILABLE,
                        model.provider(),
                        model.id() + " has failed repeatedly and is left alone for a moment")
                .after(Optional.of(breakers.pause()));
    }

    <T> Outcome<T> run(ProviderModel model, CallScope scope, Try<T> body, Waiter waiter)
            throws IOException, InterruptedException {
        retries.begun(model);
        int triesMax = Math.max(1, Math.min(retries.triesMax(), scope.triesMax()));
        Optional<Failure> last = Optional.empty();
        for (int number = 1; ; number++) {
            Optional<Permit> permit = breakers.ask(model);
            if (permit.isEmpty()) {
                return Outcome.failed(last.orElseGet(() -> resting(model)).with("tries", number - 1));
            }
            Outcome<T> outcome = once(permit.get(), body, number);
            if (!(outcome instanceof Failed<T>(Failure failure))) {
                return outcome;
            }
            last = Optional.of(failure);
            Optional<Duration> wait = number < triesMax && !scope.isLeft()
                    ? retries.waitBefore(model, number + 1, failure, scope.remaining())
                    : Optional.empty();
            if (wait.isEmpty()) {
                return Outcome.failed(failure.with("tries", number));
            }
            if (!waiter.await(number + 1, failure, wait.get())) {
                return Outcome.failed(Failure.callerLeft());
            }
        }
    }

    private static <T> Outcome<T> once(Permit permit, Try<T> body, int number)
            throws IOException, InterruptedException {
        boolean resolved = false;
        try {
            Outcome<T> outcome = body.run(number, permit);
            resolved = true;
            switch (outcome) {
                case Answered<T> answered -> permit.succeeded();
                case Failed<T>(Failure failure) -> {
                    if (failure.sick()) {
                        permit.failed(failure);
                    } else if (saysNothing(failure)) {
                        permit.released();
                    } else {
                        permit.succeeded();
                    }
                }
            }
            return outcome;
        } finally {
            if (!resolved) {
                permit.released();
            }
        }
    }

    /** The caller did not wait for what the provider would have done. */
    private static boolean saysNothing(Failure failure) {
        return failure.reason() == Reason.CALLER_LEFT || failure.reason() == Reason.FIRST_TOKEN_TOO_LATE;
    }
}

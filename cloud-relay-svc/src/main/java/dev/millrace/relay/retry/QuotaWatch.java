package dev.millrace.relay.retry;

import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Quotas;
import dev.millrace.relay.Upstream.Head;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Remembers what a provider last said about the limits of each model, in every spelling of the headers. A quota of which nothing is
 * left keeps calls away until it is whole again, at most a minute: then one is tried, because headers can be wrong.
 */
public final class QuotaWatch implements Quotas {
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    private static final Duration PAUSE_WHEN_UNSAID = Duration.ofSeconds(1);

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,15}");

    /** What may be left of, with the headers that say how much and until when. */
    private static final List<Limit> LIMITS = List.of(
            new Limit("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", true),
            new Limit("x-ratelimit-remaining", "x-ratelimit-reset", true),
            new Limit("x-rate-limit-remaining", "x-rate-limit-reset", true),
            new Limit("ratelimit-remaining", "ratelimit-reset", true),
            new Limit("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", false));

    private final InstantSource clock;
    private final Map<String, State> states = new ConcurrentHashMap<>();

    public QuotaWatch(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void observe(ProviderModel model, Head head) {
        Instant now = clock.instant();
        OptionalLong requestsLeft = OptionalLong.empty();
        Instant spentUntil = Instant.MIN;
        boolean told = false;
        for (Limit limit : LIMITS) {
            OptionalLong left = number(head.header(limit.remaining));
            if (left.isEmpty()) {
                continue;
            }
            told = true;
            if (limit.countsRequests && requestsLeft.isEmpty()) {
                requestsLeft = left;
            }
            if (left.getAsLong() == 0) {
                Instant reset = now.plus(pause(head, limit, now));
                spentUntil = reset.isAfter(spentUntil) ? reset : spentUntil;
            }
        }
        if (told) {
            states.put(key(model), new State(requestsLeft, spentUntil));
        }
    }

    private static Duration pause(Head head, Limit limit, Instant now) {
        Duration said =
                head.header(limit.reset).flatMap(text -> Waits.until(text, now)).orElse(PAUSE_WHEN_UNSAID);
        return said.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : said;
    }

    @Override
    public Optional<Duration> retryAfter(Head head) {
        return head.header("retry-after-ms")
                .flatMap(Waits::millis)
                .or(() -> head.header("retry-after").flatMap(text -> Waits.until(text, clock.instant())));
    }

    @Override
    public Optional<Duration> spent(ProviderModel model) {
        State state = states.get(key(model));
        Instant now = clock.instant();
        return state != null && state.spentUntil.isAfter(now)
                ? Optional.of(Duration.between(now, state.spentUntil))
                : Optional.empty();
    }

    @Override
    public OptionalLong requestsLeft() {
        return states.values().stream()
                .flatMap(state ->
                        state.requestsLeft.isPresent() ? Stream.of(state.requestsLeft.getAsLong()) : Stream.of())
                .mapToLong(Long::longValue)
                .min();
    }

    /** Providers count each model by itself. */
    private static String key(ProviderModel model) {
        return model.provider().name() + "/" + model.wireName();
    }

    private static OptionalLong number(Optional<String> text) {
        String digits = text.orElse("").strip();
        return DIGITS.matcher(digits).matches() ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }

    private record Limit(String remaining, String reset, boolean countsRequests) {}

    private record State(OptionalLong requestsLeft, Instant spentUntil) {}
}

package dev.millrace.relay.retry;

import dev.millrace.relay.Acme;
import dev.millrace.relay.Upstream.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class QuotaWatchTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    private final QuotaWatch watch = new QuotaWatch(now::get);

    private record Headers(Map<String, String> values) implements Head {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(values.get(name));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    retry-after-ms | 1500                          | 1500
                    retry-after    | 3                             | 3000
                    retry-after    | 0.5                           | 500
                    retry-after    | Sun, 01 Mar 2026 12:00:10 GMT | 10000
                    retry-after    | Sun, 01 Mar 2026 11:00:00 GMT | 0
                    retry-after    | 31536000                      | 31536000000
                    retry-after    | 99999999999999999             | 31622400000
                    """)
    void readsRetryAfterInEverySpelling(String name, String value, long millis) {
        assertThat(watch.retryAfter(new Headers(Map.of(name, value)))).contains(Duration.ofMillis(millis));
    }

    @Test
    void nonsenseIsNoWish() {
        for (String nonsense : new String[] {"", "soon", "-5", "1e9", "NaN"}) {
            assertThat(watch.retryAfter(new Headers(Map.of("retry-after", nonsense))))
                    .as(nonsense)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    x-ratelimit-remaining-requests | x-ratelimit-reset-requests | 6m0s          | 60000
                    x-ratelimit-remaining          | x-ratelimit-reset          | 1772366405    | 5000
                    x-ratelimit-remaining          | x-ratelimit-reset          | 1772366405000 | 5000
                    ratelimit-remaining            | ratelimit-reset            | 7             | 7000
                    x-ratelimit-remaining-tokens   | x-ratelimit-reset-tokens   | 12ms          | 12
                    x-ratelimit-remaining          | x-ratelimit-reset          | later         | 1000
                    """)
    void spentQuotaKeepsCallsOfThatModelAwayUntilItIsWhole(String left, String reset, String value, long millis) {
        watch.observe(Acme.model("a"), new Headers(Map.of(left, "0", reset, value)));

        assertThat(watch.spent(Acme.model("a"))).contains(Duration.ofMillis(millis));
        assertThat(watch.spent(Acme.model("b"))).isEmpty();

        now.updateAndGet(before -> before.plusMillis(millis));

        assertThat(watch.spent(Acme.model("a"))).isEmpty();
    }

    @Test
    void requestsLeftAreTheFewest() {
        assertThat(watch.requestsLeft()).isEmpty();

        watch.observe(Acme.model("a"), new Headers(Map.of("x-ratelimit-remaining-requests", "50")));
        watch.observe(Acme.model("b"), new Headers(Map.of("x-ratelimit-remaining", "12")));

        assertThat(watch.requestsLeft()).hasValue(12);
    }
}

package dev.millrace.gateway.openai;

import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.RoutingPreference.Goal;
import dev.millrace.gateway.RoutingPreference.Placement;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Reads the object {@code millrace}: what a caller wants the router to prefer. */
final class PreferenceReader {
    private static final BigDecimal NANO = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal USD_MAX = BigDecimal.valueOf(1_000_000);
    private static final long FIRST_TOKEN_MILLIS_MAX = 590_000;

    private Goal goal = Goal.BALANCED;
    private Optional<Placement> placement = Optional.empty();
    private OptionalLong maxCostNanoUsd = OptionalLong.empty();
    private Optional<Duration> firstTokenTarget = Optional.empty();
    private boolean budgetSensitive;

    void read(JsonIn in) throws IOException {
        in.fields((name, value) -> {
            switch (name) {
                case "goal" -> goal = word(value, Goal.class);
                case "placement" -> placement = Optional.of(word(value, Placement.class));
                case "max_cost_usd" -> maxCostNanoUsd = OptionalLong.of(nanoUsd(value));
                case "first_token_ms" ->
                    firstTokenTarget = Optional.of(Duration.ofMillis(value.integer(1, FIRST_TOKEN_MILLIS_MAX)));
                case "budget_sensitive" -> budgetSensitive = value.bool();
                default ->
                    throw value.invalid("is not known (expected: goal, placement, max_cost_usd, first_token_ms or"
                            + " budget_sensitive)");
            }
        });
    }

    private static <E extends Enum<E>> E word(JsonIn in, Class<E> type) throws IOException {
        return word(in.string(), type).orElseThrow(() -> in.invalid("not known (expected: " + words(type) + ")"));
    }

    /** The value that a caller's word names, such as {@code local_only} or {@code local-only}. */
    static <E extends Enum<E>> Optional<E> word(String word, Class<E> type) {
        String name = word.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().equals(name))
                .findFirst();
    }

    static <E extends Enum<E>> String words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** A number or a decimal text, because amounts are exact. */
    private static long nanoUsd(JsonIn in) throws IOException {
        String text = in.isString() ? in.string() : in.raw();
        try {
            BigDecimal amount = new BigDecimal(text);
            if (amount.signum() >= 0 && amount.compareTo(USD_MAX) <= 0) {
                return amount.multiply(NANO).longValue();
            }
        } catch (NumberFormatException notANumber) {
            throw in.invalid("not an amount (expected: US dollars, such as \"0.05\")");
        }
        throw in.invalid("out of range (expected: 0 to 1000000 US dollars)");
    }

    RoutingPreference done(Optional<Placement> otherwise) {
        return new RoutingPreference(
                goal,
                placement.or(() -> otherwise).orElse(Placement.ANY),
                maxCostNanoUsd,
                firstTokenTarget,
                budgetSensitive);
    }
}

package dev.millrace.billing.app;

import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Mistakes;
import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.core.type.Argument;
import io.micronaut.core.value.PropertyResolver;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row of {@code billing.prices}: replaces the shipped one of its model. */
@EachProperty(value = "billing.prices", list = true)
record OperatorPrice(
        String model,
        NanoUsd input,
        Optional<NanoUsd> cachedInput,
        NanoUsd output,
        Optional<NanoUsd> reasoning,
        String source)
        implements ConfiguredPrice {
    private static final String ROWS = "billing.prices";
    private static final List<String> NEEDED = List.of("model", "input", "output", "source");
    private static final List<String> AMOUNTS = List.of("input", "cached-input", "output", "reasoning");

    /** @throws ConfigurationFault with each key that a row lacks, and each amount below zero */
    static void requireWhole(PropertyResolver values) {
        Mistakes mistakes = new Mistakes();
        List<?> rows = values.getProperty(ROWS, Argument.listOf(Map.class)).orElse(List.of());
        for (int i = 0; i < rows.size(); i++) {
            Map<?, ?> row = (Map<?, ?>) rows.get(i);
            String place = ROWS + "[" + i + "].";
            NEEDED.stream()
                    .filter(key -> !row.containsKey(key))
                    .forEach(key -> mistakes.add(place + key + " is missing (expected: a value)"));
            AMOUNTS.stream()
                    .filter(key -> String.valueOf(row.get(key)).startsWith("-"))
                    .forEach(key -> mistakes.add(place + key + ": " + row.get(key) + " (expected: 0.00 USD or more)"));
        }
        mistakes.throwAny();
    }
}

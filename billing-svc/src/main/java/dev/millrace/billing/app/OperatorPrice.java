package dev.millrace.billing.app;

import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.NanoUsd;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.core.type.Argument;
import io.micronaut.core.value.PropertyResolver;
import java.util.ArrayList;
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

    /** @throws ConfigurationFault with each key that a row lacks */
    static void requireWhole(PropertyResolver values) {
        List<String> mistakes = new ArrayList<>();
        List<?> rows = values.getProperty(ROWS, Argument.listOf(Map.class)).orElse(List.of());
        for (int i = 0; i < rows.size(); i++) {
            for (String key : NEEDED) {
                if (!((Map<?, ?>) rows.get(i)).containsKey(key)) {
                    mistakes.add(ROWS + "[" + i + "]." + key + " is missing (expected: a value)");
                }
            }
        }
        if (!mistakes.isEmpty()) {
            throw new ConfigurationFault(mistakes);
        }
    }
}

package dev.millrace.local.embedded;

import io.micronaut.context.annotation.ConfigurationProperties;

/**
 * The engine inside this process.
 *
 * @param enabled false: no engine here, only those beside it
 * @param model the id that callers name it by
 * @param modelFile a GGUF file of the operator's own; empty: the starter model that is shipped
 * @param slots generations at once, 1 to 64
 * @param threads of the native engine, all slots together; more than one hurts tiny models
 * @param contextLengthMax tokens of window a slot, at most the model's own; 0: the model's own
 * @param defaultTemperature where the caller names none, 0 to 2
 */
@ConfigurationProperties("local-inference.embedded")
public record EmbeddedConfig(
        boolean enabled,
        String model,
        String modelFile,
        int slots,
        int threads,
        int contextLengthMax,
        double defaultTemperature) {
    public EmbeddedConfig {
        require(slots >= 1 && slots <= 64, "slots", slots, "1 to 64");
        require(threads >= 1 && threads <= 256, "threads", threads, "1 to 256");
        require(contextLengthMax >= 0, "context-length-max", contextLengthMax, ">= 0");
        require(
                defaultTemperature >= 0 && defaultTemperature <= 2,
                "default-temperature",
                defaultTemperature,
                "0 to 2");
        require(!model.isBlank(), "model", model, "a name");
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "local-inference.embedded." + key + ": " + value + " (expected: " + expected + ")");
        }
    }
}

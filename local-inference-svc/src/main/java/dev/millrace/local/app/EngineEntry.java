package dev.millrace.local.app;

import dev.millrace.local.servers.ServerSpec;
import dev.millrace.runtime.ConfigurationFault;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.core.bind.annotation.Bindable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * An engine beside this process, as an item of {@code local-inference.engines}.
 *
 * @param kind {@code ollama} or {@code openai}
 * @param slots 0: what the engine says, else its kind's default
 * @param keyFile a file with the engine's key; empty: none
 */
@EachProperty(value = "local-inference.engines", list = true)
record EngineEntry(
        String kind,
        URI url,
        @Bindable(defaultValue = "0") int slots,
        @Bindable(defaultValue = "8192") int contextLength,
        @Bindable(defaultValue = "") String keyFile) {

    ServerSpec spec() {
        return new ServerSpec(url, slots == 0 ? OptionalInt.empty() : OptionalInt.of(slots), contextLength, key());
    }

    private String key() {
        try {
            return keyFile.isEmpty() ? "" : Files.readString(Path.of(keyFile)).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "local-inference.engines: the key-file " + keyFile + " cannot be read", failure);
        }
    }

    /** Reads {@code ollama=http://127.0.0.1:11434}. */
    static EngineEntry parse(String text) {
        EngineCheck.shortForm(text.strip()).ifPresent(mistake -> {
            throw new ConfigurationFault(List.of(mistake));
        });
        String[] parts = text.strip().split("=", 2);
        return new EngineEntry(parts[0], URI.create(parts[1]), 0, ServerSpec.CONTEXT_LENGTH_DEFAULT, "");
    }
}

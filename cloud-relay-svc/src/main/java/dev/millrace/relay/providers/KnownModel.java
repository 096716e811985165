package dev.millrace.relay.providers;

import dev.millrace.relay.Capabilities;
import java.util.List;
import java.util.OptionalLong;

/** What is known of a provider's model, from configuration or from the provider's own list. */
public record KnownModel(
        String id,
        List<String> aliases,
        OptionalLong contextLength,
        OptionalLong maxOutputTokens,
        Capabilities capabilities) {
    public KnownModel {
        aliases = List.copyOf(aliases);
    }
}

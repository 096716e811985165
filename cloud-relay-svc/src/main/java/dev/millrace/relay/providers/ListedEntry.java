package dev.millrace.relay.providers;

import dev.millrace.relay.Capabilities;
import java.util.List;
import java.util.OptionalLong;

/** A model as configuration names it. */
public record ListedEntry(
        String id,
        List<String> aliases,
        OptionalLong contextLength,
        OptionalLong maxOutputTokens,
        Capabilities capabilities) {
    public ListedEntry {
        aliases = List.copyOf(aliases);
    }
}

package dev.millrace.relay;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model at a provider.
 *
 * @param id as callers name it: the provider's own name for it, or {@code provider/name} where two providers share a name
 * @param wireName as the provider names it
 * @param aliases other names that callers may use
 * @param unusable why it cannot be used now and what to do; empty: it can
 */
public record ProviderModel(
        String id,
        String wireName,
        List<String> aliases,
        Provider provider,
        OptionalLong contextLength,
        OptionalLong maxOutputTokens,
        Capabilities capabilities,
        Optional<String> unusable) {
    public ProviderModel {
        aliases = List.copyOf(aliases);
    }
}

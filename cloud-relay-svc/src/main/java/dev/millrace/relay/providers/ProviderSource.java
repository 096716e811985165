package dev.millrace.relay.providers;

import dev.millrace.relay.Provider;
import java.util.List;

/**
 * A provider with what configuration says about its models.
 *
 * @param configured models that configuration names
 * @param fetched whether its own list is asked as well
 * @param permitsHost whether its base URL is the operator's word, and so the permission for its host
 */
public record ProviderSource(Provider provider, List<KnownModel> configured, boolean fetched, boolean permitsHost) {
    public ProviderSource {
        configured = List.copyOf(configured);
    }
}

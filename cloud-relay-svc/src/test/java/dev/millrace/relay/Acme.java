package dev.millrace.relay;

import dev.millrace.relay.Provider.Dialect;
import dev.millrace.relay.Provider.Patience;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A provider that exists nowhere, and its models, for tests that call it over no network. */
public final class Acme {
    /** Its key, which nothing may show. */
    public static final String KEY = "sk-canary-123";

    private static final Dialect DIALECT = new Dialect(Set.of(), true, "max_tokens", false);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Acme() {}

    public static ProviderModel model(String id) {
        return model(id, DIALECT);
    }

    public static ProviderModel model(String id, Dialect dialect) {
        Provider provider = new Provider(
                "acme",
                URI.create("https://api.acme.example/v1"),
                AuthStyle.BEARER,
                "",
                ApiKey.of(KEY),
                Optional.empty(),
                dialect,
                new Patience(PATIENCE, PATIENCE, PATIENCE, PATIENCE));
        return new ProviderModel(
                id,
                id,
                List.of(),
                provider,
                OptionalLong.empty(),
                OptionalLong.empty(),
                Capabilities.CHAT,
                Optional.empty());
    }
}

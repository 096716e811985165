package dev.millrace.relay.providers;

import dev.millrace.relay.ApiKey;
import dev.millrace.relay.AuthStyle;
import dev.millrace.relay.Capabilities;
import dev.millrace.relay.Provider;
import dev.millrace.relay.Provider.Dialect;
import dev.millrace.relay.Provider.Patience;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Mistakes;
import dev.millrace.runtime.Secret;
import io.micronaut.core.type.Argument;
import io.micronaut.core.value.PropertyResolver;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the providers from configuration: those under {@code cloud-relay.providers}, and the one that
 * {@code cloud-relay.base-url} alone makes, which stands first. Providers without the key they need stand last, so that a
 * model of two providers belongs to the one that can be called.
 */
public final class ProviderReader {
    /** The provider that a base URL alone makes. */
    static final String FLAGGED = "cloud";

    private static final String ROOT = "cloud-relay.";
    private static final String PROVIDERS = ROOT + "providers";

    /** Base URLs shipped with the product: no operator gave them, so they permit no private address. */
    private static final Set<String> SHIPPED = Set.of("https://api.holysheep.ai/v1");

    private final PropertyResolver properties;
    private final Map<String, String> environment;

    /** Reads keys from this environment. */
    public ProviderReader(PropertyResolver properties, Map<String, String> environment) {
        this.properties = properties;
        this.environment = Map.copyOf(environment);
    }

    /**
     * All providers in their order of precedence.
     *
     * @throws ConfigurationFault with every mistake in them
     */
    public List<ProviderSource> read() {
        List<ProviderSource> sources = new ArrayList<>();
        Mistakes mistakes = new Mistakes();
        String baseUrl = text(ROOT + "base-url", "");
        String model = text(ROOT + "model", "");
        if (!baseUrl.isBlank()) {
            mistakes.check(() -> sources.add(flagged(baseUrl, model)));
        }
        for (String name :
                properties.getPropertyEntries(PROVIDERS).stream().sorted().toList()) {
            if (!baseUrl.isBlank() && name.equals(FLAGGED)) {
                continue;
            }
            mistakes.check(() -> {
                ProviderSource source = configured(name);
                sources.add(baseUrl.isBlank() && !model.isBlank() ? withModel(source, model) : source);
            });
        }
        mistakes.throwAny();
        sources.sort(Comparator.comparing(source -> source.provider().unusable().isPresent()));
        return List.copyOf(sources);
    }

    private ProviderSource flagged(String baseUrl, String model) {
        String prefix = ROOT;
        ApiKey key = keyOrRemedy(prefix + "key");
        Provider provider = new Provider(
                FLAGGED,
                uri(prefix + "base-url", baseUrl),
                AuthStyle.BEARER,
                "",
                key,
                Optional.empty(),
                new Dialect(Set.of(), true, "max_tokens", false),
                patience(prefix));
        List<KnownModel> configured = model.isBlank() ? List.of() : List.of(atTheOperatorsWord(model));
        return new ProviderSource(provider, configured, model.isBlank(), true);
    }

    private static KnownModel atTheOperatorsWord(String model) {
        return new KnownModel(model, List.of(), OptionalLong.empty(), OptionalLong.empty(), Capabilities.ANY);
    }

    private static ProviderSource withModel(ProviderSource source, String model) {
        if (source.configured().stream().anyMatch(entry -> entry.id().equals(model))) {
            return source;
        }
        List<KnownModel> more = new ArrayList<>(source.configured());
        more.add(atTheOperatorsWord(model));
        return new ProviderSource(source.provider(), more, source.fetched(), source.permitsHost());
    }

    private ProviderSource configured(String name) {
        String prefix = PROVIDERS + "." + name + ".";
        Mistakes mistakes = new Mistakes();
        mistakes.check(() -> address(prefix));
        mistakes.check(() -> auth(prefix + "auth"));
        mistakes.check(() -> key(prefix + "key"));
        mistakes.check(() -> models(prefix + "models"));
        mistakes.throwAny();
        AuthStyle auth = auth(prefix + "auth");
        String keySource = text(prefix + "key", "");
        ApiKey key = keyOrRemedy(prefix + "key");
        boolean lacksKey = auth != AuthStyle.NONE && !keySource.isBlank() && !key.isPresent();
        Provider provider = new Provider(
                name,
                address(prefix),
                auth,
                text(prefix + "key-header", "api-key"),
                key,
                lacksKey ? Optional.of(noKey(keySource)) : Optional.empty(),
                dialect(prefix),
                patience(prefix));
        List<KnownModel> configured = models(prefix + "models");
        boolean fetched = flag(prefix + "fetch-models", configured.isEmpty());
        return new ProviderSource(provider, configured, fetched, !SHIPPED.contains(text(prefix + "base-url", "")));
    }

    private URI address(String prefix) {
        String baseUrl = text(prefix + "base-url", "");
        if (baseUrl.isBlank()) {
            throw fault(prefix + "base-url", "missing (expected: an address such as https://api.example.com/v1)");
        }
        return uri(prefix + "base-url", baseUrl);
    }

    private ApiKey keyOrRemedy(String property) {
        return key(property).filter(ApiKey::isPresent).orElseGet(() -> ApiKey.none(remedy(property)));
    }

    private String remedy(String property) {
        String source = text(property, "");
        if (source.isBlank()) {
            return "set " + property + " to env:NAME or file:PATH";
        }
        return source.startsWith("env:") ? "set " + source.substring("env:".length()) : "put it into " + source;
    }

    private static String noKey(String source) {
        return source.startsWith("env:")
                ? "no key: set " + source.substring("env:".length()) + " to let hard prompts leave"
                : "no key: " + source + " is empty";
    }

    private Optional<ApiKey> key(String property) {
        String source = text(property, "");
        if (source.isBlank()) {
            return Optional.empty();
        }
        return Secret.read(property, source, environment).map(secret -> ApiKey.of(secret.reveal()));
    }

    private AuthStyle auth(String property) {
        String text = text(property, "bearer");
        return switch (text) {
            case "bearer" -> AuthStyle.BEARER;
            case "api-key" -> AuthStyle.API_KEY;
            case "none" -> AuthStyle.NONE;
            default -> throw fault(property, "\"" + text + "\" (expected: bearer, api-key or none)");
        };
    }

    /** The text may hold a password where it is no address, or one with a user: then it is not repeated. */
    private static URI uri(String property, String text) {
        try {
            URI uri = new URI(text);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException invalid) {
            // told below
        }
        String shown = text.contains("@") ? "one with a user or password" : "\"" + text + "\"";
        throw fault(
                property, shown + " is no address of a provider (expected: one such as https://api.example.com/v1)");
    }

    private Dialect dialect(String prefix) {
        return new Dialect(
                new HashSet<>(properties
                        .getProperty(prefix + "dropped-parameters", Argument.listOf(String.class))
                        .orElse(List.of())),
                flag(prefix + "usage-in-stream", true),
                text(prefix + "output-limit-field", "max_tokens"),
                flag(prefix + "developer-role", false));
    }

    private Patience patience(String prefix) {
        return new Patience(
                span(prefix, "connect"),
                span(prefix, "first-token"),
                span(prefix, "between-tokens"),
                span(prefix, "tail"));
    }

    /** The provider's own patience, else that of all providers. */
    private Duration span(String prefix, String name) {
        return properties
                .getProperty(prefix + "patience." + name, Duration.class)
                .or(() -> properties.getProperty(ROOT + "patience." + name, Duration.class))
                .orElseThrow(() -> fault(ROOT + "patience." + name, "missing (expected: a span such as 15s)"));
    }

    private List<KnownModel> models(String property) {
        List<KnownModel> entries = new ArrayList<>();
        Mistakes mistakes = new Mistakes();
        List<?> listed =
                properties.getProperty(property, Argument.listOf(Map.class)).orElse(List.of());
        for (int i = 0; i < listed.size(); i++) {
            ModelReader model = new ModelReader(property + "[" + i + "]", (Map<?, ?>) listed.get(i));
            mistakes.check(() -> entries.add(model.read()));
        }
        mistakes.throwAny();
        return entries;
    }

    private String text(String property, String otherwise) {
        return properties.getProperty(property, String.class).map(String::strip).orElse(otherwise);
    }

    private boolean flag(String property, boolean otherwise) {
        return properties.getProperty(property, Boolean.class).orElse(otherwise);
    }

    static ConfigurationFault fault(String property, String text) {
        return new ConfigurationFault(List.of(property + ": " + text));
    }

    /** The hosts that the operator permits by their base URLs. */
    public static Set<String> permittedHosts(List<ProviderSource> sources) {
        Set<String> hosts = new HashSet<>();
        for (ProviderSource source : sources) {
            if (source.permitsHost()) {
                hosts.add(source.provider().host().toLowerCase(Locale.ROOT));
            }
        }
        return hosts;
    }
}

package dev.millrace.relay;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A cloud that speaks OpenAI's API.
 *
 * @param name its name in configuration, ledger and messages
 * @param baseUri where its paths begin, for instance {@code https://api.holysheep.ai/v1}; a query is kept on every path
 * @param keyHeader the header with {@link AuthStyle#API_KEY}
 * @param unusable why no call can succeed and what to do; empty: calls may be tried
 */
public record Provider(
        String name,
        URI baseUri,
        AuthStyle auth,
        String keyHeader,
        ApiKey key,
        Optional<String> unusable,
        Dialect dialect,
        Patience patience) {

    /**
     * Where a provider differs from OpenAI.
     *
     * @param droppedParameters names on the wire that it would reject, in the request, its messages, their parts and tools
     * @param usageInStream whether it takes {@code stream_options}
     * @param outputLimitField {@code max_tokens} or {@code max_completion_tokens}
     * @param developerRole whether it knows the role; else such messages go as {@code system}
     */
    public record Dialect(
            Set<String> droppedParameters, boolean usageInStream, String outputLimitField, boolean developerRole) {
        public Dialect {
            droppedParameters = Set.copyOf(droppedParameters);
        }
    }

    /**
     * How long to wait for what.
     *
     * @param firstToken from sending the request to the first piece of the answer
     * @param betweenTokens silence after that
     * @param tail after the finish reason, for usage and the end mark
     */
    public record Patience(Duration connect, Duration firstToken, Duration betweenTokens, Duration tail) {

        /** The same with another limit for the first piece. */
        public Patience withFirstToken(Duration limit) {
            return new Patience(connect, limit, betweenTokens, tail);
        }
    }

    /** The address of a path such as {@code /chat/completions}. */
    public URI at(String path) {
        String base = baseUri.toString();
        int query = base.indexOf('?');
        String front = query < 0 ? base : base.substring(0, query);
        String rest = query < 0 ? "" : base.substring(query);
        String trimmed = front.endsWith("/") ? front.substring(0, front.length() - 1) : front;
        return URI.create(trimmed + path + rest);
    }

    /** What to look for in the base URL where nothing is found below it. */
    public String pathHint() {
        String path = String.valueOf(baseUri.getPath());
        return path.isEmpty() || path.equals("/") ? "it has no path, and most need /v1" : "most end in /v1";
    }

    public String host() {
        return String.valueOf(baseUri.getHost());
    }

    /** The headers that show the key; none without a key. */
    public Map<String, String> authorization() {
        Map<String, String> headers = switch (auth) {
            case BEARER -> key.reveal(secret -> Map.of("Authorization", "Bearer " + secret));
            case API_KEY -> key.reveal(secret -> Map.of(keyHeader, secret));
            case NONE -> null;
        };
        return headers == null ? Map.of() : headers;
    }
}

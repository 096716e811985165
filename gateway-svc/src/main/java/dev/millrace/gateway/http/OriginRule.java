package dev.millrace.gateway.http;

import dev.millrace.gateway.Callers;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps web pages from spending the operator's money: a page may call only from an origin that is listed or is the door's
 * own, and a door that needs no key answers only under a loopback name, because a page can make any name of its own lead to
 * 127.0.0.1.
 */
@Singleton
final class OriginRule {
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Callers callers;
    private final HttpConfig config;

    OriginRule(Callers callers, HttpConfig config) {
        this.callers = callers;
        this.config = config;
    }

    /** The fault of a request that comes from where it may not; empty: it may. */
    Optional<TurnFault> refusal(HttpRequest<?> request) {
        String host = host(request);
        if (callers.open() && !isLoopback(host)) {
            return Optional.of(new TurnFault(
                    Reason.ORIGIN_FORBIDDEN,
                    "host " + shown(host) + ": without keys this door answers under loopback names only (expected:"
                            + " localhost or 127.0.0.1; gateway.http.allowed-hosts adds names)",
                    Map.of("host", shown(host))));
        }
        return origin(request)
                .filter(origin -> !isAllowed(origin, host))
                .map(origin -> new TurnFault(
                        Reason.ORIGIN_FORBIDDEN,
                        "origin " + shown(origin) + ": may not call (gateway.http.allowed-origins adds origins)",
                        Map.of("origin", shown(origin))));
    }

    /** The origin that the answer may be shown to; empty: no page asked, or it may not. */
    Optional<String> allowedOrigin(HttpRequest<?> request) {
        return origin(request).filter(origin -> isAllowed(origin, host(request)));
    }

    private boolean isAllowed(String origin, String host) {
        return config.allowedOrigins().contains(origin)
                || origin.equals("http://" + host)
                || origin.equals("https://" + host);
    }

    /** Only HTTP/1.0 knows no Host, and no browser speaks it. */
    private boolean isLoopback(String host) {
        String name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        return host.isEmpty()
                || LOOPBACK.contains(name)
                || name.endsWith(".localhost")
                || config.allowedHosts().contains(name);
    }

    private static String host(HttpRequest<?> request) {
        return Optional.ofNullable(request.getHeaders().get("host")).orElse("");
    }

    private static Optional<String> origin(HttpRequest<?> request) {
        return Optional.ofNullable(request.getHeaders().get("origin"));
    }

    private static String shown(String given) {
        return given.length() <= 100 ? given : given.substring(0, 100) + "…";
    }
}

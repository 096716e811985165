package dev.millrace.gateway.http;

import dev.millrace.rpc.Uuid7;
import io.micronaut.http.HttpRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What belongs to one call from its first byte: its ids and when it began.
 *
 * @param requestId the caller's id, else the turn's; on every answer and error
 * @param turnId the turn that the call may become
 * @param startNanos when it began, as {@link System#nanoTime} tells
 */
record Exchange(String requestId, String turnId, long startNanos) {
    private static final String ATTRIBUTE = "millrace.exchange";
    private static final Pattern ID_FORM = Pattern.compile("[!-~]{1,128}");

    /** The exchange of a request; made when it is first asked for. */
    static Exchange of(HttpRequest<?> request) {
        Optional<Exchange> known = request.getAttribute(ATTRIBUTE, Exchange.class);
        return known.orElseGet(() -> begin(request));
    }

    private static Exchange begin(HttpRequest<?> request) {
        String turnId = Uuid7.mint();
        String requestId = given(request, "x-request-id")
                .or(() -> given(request, "x-client-request-id"))
                .orElse(turnId);
        Exchange exchange = new Exchange(requestId, turnId, System.nanoTime());
        request.setAttribute(ATTRIBUTE, exchange);
        return exchange;
    }

    private static Optional<String> given(HttpRequest<?> request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name))
                .filter(id -> ID_FORM.matcher(id).matches());
    }

    long elapsedMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}

package dev.millrace.relay.calls;

import dev.millrace.relay.Failure;
import dev.millrace.relay.HostGuard;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.Provider;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Quotas;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.Upstream.Head;
import dev.millrace.relay.Upstream.Unreachable;
import dev.millrace.relay.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What every call of a provider has in common: its headers, the reading of a refusal, the naming of a broken line. */
final class ProviderCall {
    private static final int REFUSAL_BYTES_MAX = 64 << 10;

    private final Upstream upstream;
    private final WireFormat format;
    private final Quotas quotas;

    ProviderCall(Upstream upstream, WireFormat format, Quotas quotas) {
        this.upstream = upstream;
        this.format = format;
        this.quotas = quotas;
    }

    Exchange prepare(ProviderModel model, String path, String attemptId, byte[] body, String accept) {
        Provider provider = model.provider();
        URI uri = provider.at(path);
        Map<String, String> headers = new HashMap<>(provider.authorization());
        headers.put("Accept", accept);
        headers.put("X-Idempotency-Key", attemptId);
        // The watch ends a silent exchange: a limit of the socket's own would set a timer for every read.
        return upstream.prepare(
                new Upstream.Request(uri, headers, body, provider.patience().connect(), Duration.ZERO));
    }

    /** Sends the request: the exchange with the answer's body open, or what the provider refused. */
    Outcome<Upstream.Body> send(Exchange exchange, ProviderModel model, String contentType) throws IOException {
        Head head = exchange.send();
        quotas.observe(model, head);
        Upstream.Body body = exchange.body();
        if (head.status() != 200) {
            byte[] text = body.readNBytes(REFUSAL_BYTES_MAX);
            return Outcome.failed(format.refusal(model, head.status(), text, quotas.retryAfter(head)));
        }
        String type = head.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (type.isEmpty() || type.startsWith(contentType) || type.startsWith("text/plain")) {
            return Outcome.answered(body);
        }
        return Outcome.failed(unexpected(model, contentType, type, body));
    }

    /** A page instead of an answer: a wrong base URL, a portal on the way, or an error with the wrong status. */
    private Failure unexpected(ProviderModel model, String expected, String type, InputStream body) throws IOException {
        if (type.startsWith("application/json")) {
            byte[] text = body.readNBytes(REFUSAL_BYTES_MAX);
            if (text.length < REFUSAL_BYTES_MAX && new String(text, StandardCharsets.UTF_8).contains("\"error\"")) {
                return format.refusal(model, 500, text, Optional.empty());
            }
        }
        String shown = type.replaceAll("[^a-z0-9/+.;= -]", "");
        return Failure.sick(
                model.provider(), "answered with " + shown + " (expected: " + expected + "); is base-url right?");
    }

    /** What a broken exchange means. */
    Failure broken(ProviderModel model, IOException failure) {
        Provider provider = model.provider();
        return switch (failure) {
            case Unreachable unreachable -> unreachable(provider, unreachable);
            case WireFormat.Malformed malformed -> Failure.sick(provider, "sent " + malformed.getMessage());
            default ->
                Failure.sick(provider, "the connection broke (" + provider.key().removeFrom(text(failure)) + ")")
                        .asRepeatable();
        };
    }

    private static Failure unreachable(Provider provider, Unreachable unreachable) {
        String cause = String.valueOf(unreachable.getMessage());
        Failure failure = Failure.sick(provider, "cannot reach " + unreachable.address() + ": " + cause)
                .with("address", unreachable.address())
                .with("cause", cause);
        return unreachable.getCause() instanceof HostGuard.Forbidden ? failure : failure.asRepeatable();
    }

    private static String text(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}

package dev.millrace.gateway.http;

import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.OpenAiError;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What holds for every path: who may call from where, and the headers that every answer carries. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class DoorFilter {
    private static final Pattern REQUESTABLE = Pattern.compile("accept|authorization|content-type|idempotency-key"
            + "|x-idempotency-key|x-request-id|x-client-request-id|x-api-key|api-key|traceparent|tracestate"
            + "|x-millrace-(timeout|placement)|x-stainless-[a-z0-9-]+|openai-[a-z0-9-]+|user-agent");
    private static final String EXPOSED =
            "x-request-id, traceparent, openai-processing-ms, x-should-retry, retry-after, retry-after-ms,"
                    + " x-millrace-route, x-millrace-model, x-millrace-tier, x-millrace-reason, x-millrace-attempts,"
                    + " x-millrace-dropped-params";

    private final OriginRule rule;
    private final BodyRoom room;
    private final DoorTrace trace;

    DoorFilter(OriginRule rule, BodyRoom room, DoorTrace trace) {
        this.rule = rule;
        this.room = room;
        this.trace = trace;
    }

    @RequestFilter
    @Nullable
    HttpResponse<?> admit(HttpRequest<?> request) {
        Exchange exchange = Exchange.of(request);
        Optional<TurnFault> refusal = rule.refusal(request);
        if (refusal.isPresent()) {
            return Answers.fault(refusal.get(), exchange);
        }
        boolean preflight = request.getMethod() == HttpMethod.OPTIONS
                && request.getHeaders().contains("origin")
                && request.getHeaders().contains("access-control-request-method");
        return preflight ? preflight(request) : body(request, exchange);
    }

    /** What is said of a body before it is read; null: let it come. */
    private @Nullable HttpResponse<?> body(HttpRequest<?> request, Exchange exchange) {
        Optional<String> encoding = RequestTidy.encoding(request);
        if (encoding.isPresent()) {
            return Answers.error(
                    OpenAiError.ofRequest(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE.getCode(),
                            "content_encoding_unsupported",
                            "header content-encoding: a compressed body is not read (expected: identity)"),
                    exchange);
        }
        try {
            room.take(request);
            return null;
        } catch (TurnFault full) {
            return Answers.fault(full, exchange);
        }
    }

    private static HttpResponse<?> preflight(HttpRequest<?> request) {
        String asked = Optional.ofNullable(request.getHeaders().get("access-control-request-headers"))
                .orElse("");
        String granted = Arrays.stream(asked.split(","))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> REQUESTABLE.matcher(name).matches())
                .collect(Collectors.joining(", "));
        return HttpResponse.noContent()
                .header("access-control-allow-methods", "GET, POST, OPTIONS")
                .header("access-control-allow-headers", granted)
                .header("access-control-max-age", "600");
    }

    @ResponseFilter
    void mark(HttpRequest<?> request, MutableHttpResponse<?> answer) {
        BodyRoom.release(request);
        Exchange exchange = Exchange.of(request);
        answer.header("x-request-id", exchange.requestId());
        answer.header("openai-processing-ms", Long.toString(exchange.elapsedMillis()));
        trace.answer(request, answer);
        rule.allowedOrigin(request).ifPresent(origin -> {
            answer.header("access-control-allow-origin", origin);
            answer.header("access-control-expose-headers", EXPOSED);
            answer.header("vary", "Origin");
        });
    }
}

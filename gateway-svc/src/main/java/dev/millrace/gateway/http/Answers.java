package dev.millrace.gateway.http;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.OpenAiError;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.time.Duration;

/** Makes the answers that are not streams. */
final class Answers {
    /** Some clients sleep as long as they are told; whoever must wait longer finds it in the body. */
    private static final Duration RETRY_AFTER_MAX = Duration.ofSeconds(60);

    /** For the sidecars' retries, as their own answers carry it where they did not reach the service: nothing was begun. */
    private static final String UNREACHED = "x-millrace-unreached";

    private Answers() {}

    static MutableHttpResponse<byte[]> json(byte[] body) {
        return HttpResponse.ok(body).contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    static MutableHttpResponse<byte[]> fault(TurnFault fault, Exchange exchange) {
        MutableHttpResponse<byte[]> answer = error(OpenAiError.of(fault), exchange);
        fault.failure()
                .ifPresent(failure -> answer.header(
                        "x-millrace-attempts",
                        Integer.toString(failure.attempts().size())));
        if (fault.reason() == Reason.DRAINING) {
            answer.header(UNREACHED, "1");
        }
        return answer;
    }

    static MutableHttpResponse<byte[]> error(OpenAiError error, Exchange exchange) {
        MutableHttpResponse<byte[]> answer = HttpResponse.<byte[]>status(error.status(), reason(error.status()))
                .body(error.json(exchange.requestId()))
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header("x-should-retry", Boolean.toString(error.retryable()));
        if (error.status() == HttpStatus.UNAUTHORIZED.getCode()) {
            answer.header("www-authenticate", "Bearer");
        }
        error.retryAfter().filter(span -> span.compareTo(RETRY_AFTER_MAX) <= 0).ifPresent(span -> {
            answer.header("retry-after-ms", Long.toString(span.toMillis()));
            answer.header("retry-after", Long.toString(Math.ceilDiv(span.toMillis(), 1000)));
        });
        return answer;
    }

    private static String reason(int status) {
        return status == 499
                ? "Client Closed Request"
                : HttpStatus.valueOf(status).getReason();
    }
}

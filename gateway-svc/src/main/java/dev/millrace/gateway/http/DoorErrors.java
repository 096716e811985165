package dev.millrace.gateway.http;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.openai.OpenAiError;
import dev.millrace.runtime.NearestName;
import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives the errors that the server itself makes the one body that clients can read. */
@Singleton
@Primary
final class DoorErrors implements ErrorResponseProcessor<byte[]> {
    private static final String BASE = "/v1";
    private static final List<String> PATHS = List.of(
            BASE + "/chat/completions",
            BASE + "/completions",
            BASE + "/embeddings",
            BASE + "/models",
            BASE + "/generations/ID",
            "/health");

    private final HttpConfig config;
    private final NettyHttpServerConfiguration server;

    DoorErrors(HttpConfig config, NettyHttpServerConfiguration server) {
        this.config = config;
        this.server = server;
    }

    @Override
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> base) {
        HttpRequest<?> request = context.getRequest();
        Exchange exchange = Exchange.of(request);
        int status = base.code();
        if (haveTooLongHeaders(request)) {
            return Answers.error(headersTooLarge(), exchange);
        }
        Optional<Throwable> cause = context.getRootCause();
        if (status == HttpStatus.REQUEST_ENTITY_TOO_LARGE.getCode()) {
            return Answers.fault(tooLarge(request, cause), exchange);
        }
        if (cause.filter(UnsatisfiedRouteException.class::isInstance).isPresent()) {
            return Answers.fault(emptyBody(), exchange);
        }
        if (status >= HttpStatus.INTERNAL_SERVER_ERROR.getCode() && cause.isPresent()) {
            return Answers.fault(Turns.named(cause.get(), exchange), exchange);
        }
        Optional<String> allowed = Optional.ofNullable(base.getHeaders().get("allow"));
        MutableHttpResponse<byte[]> answer = Answers.error(error(request, status, allowed), exchange);
        allowed.ifPresent(methods -> answer.header("allow", methods));
        return answer;
    }

    /** The server itself notices where a body is missing. */
    private static TurnFault emptyBody() {
        return new TurnFault(
                Reason.FIELD_INVALID,
                "the body is empty (expected: a JSON object). Send one with \"messages\"",
                Map.of());
    }

    /** The server says the same of headers as of a body, and keeps the difference to itself. */
    private static boolean haveTooLongHeaders(HttpRequest<?> request) {
        return request instanceof NettyHttpRequest<?> netty
                && netty.getNativeRequest().decoderResult().cause() instanceof TooLongHttpHeaderException;
    }

    private OpenAiError headersTooLarge() {
        return OpenAiError.ofRequest(
                HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.getCode(),
                "headers_too_large",
                "the headers have more than " + server.getMaxHeaderSize() + " bytes (expected: at most "
                        + server.getMaxHeaderSize() + "). Leave out or shorten those that this door does not need");
    }

    private TurnFault tooLarge(HttpRequest<?> request, Optional<Throwable> cause) {
        String limit = Long.toString(config.maxBodySize().bytes());
        long declared = request.getContentLength();
        String size = declared > 0 ? Long.toString(declared) : "more than " + limit;
        String what =
                cause.filter(ContentLengthExceededException.class::isInstance).isPresent() ? "the body has " : "";
        return new TurnFault(
                Reason.REQUEST_TOO_LARGE,
                what + size + " bytes (expected: at most " + limit
                        + "). Shorten the prompt, or send it in several requests",
                Map.of("size_bytes", size, "limit_bytes", limit));
    }

    private static OpenAiError error(HttpRequest<?> request, int status, Optional<String> allowed) {
        String method = request.getMethodName();
        String path = request.getPath();
        return switch (status) {
            case 404 ->
                OpenAiError.ofRequest(404, "path_not_found", "there is no " + method + " " + path + ". " + meant(path));
            case 405 ->
                OpenAiError.ofRequest(
                        405,
                        "method_not_allowed",
                        path + " does not take " + method
                                + allowed.map(methods -> " (expected: " + methods + ")")
                                        .orElse(""));
            case 400 ->
                OpenAiError.ofRequest(
                        400,
                        "invalid_request",
                        "this cannot be read as a request of HTTP/1.1. Correct its first line and its headers");
            default ->
                OpenAiError.ofRequest(
                        status, "invalid_request", HttpStatus.valueOf(status).getReason());
        };
    }

    /** Clients often lack the base's path, or have it twice. */
    private static String meant(String path) {
        if (PATHS.contains(BASE + path)) {
            return "Did you mean " + BASE + path + "? A client's base URL here ends in " + BASE;
        }
        return NearestName.of(path, PATHS, 1).stream()
                .findFirst()
                .map(near -> "Did you mean " + near + "?")
                .orElse("Served are " + String.join(", ", PATHS));
    }
}

package dev.millrace.gateway.http;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Callers;
import dev.millrace.gateway.PromptRoom.Taken;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.openai.RequestHead;
import dev.millrace.rpc.Deadlines;
import dev.millrace.telemetry.Step;
import io.grpc.Deadline;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a call's headers say: who asks, for how long, under which mark of its own. */
@Singleton
final class Doorkeeper {
    private static final String BEARER = "bearer ";
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})(ms|s|m)?");

    private final Callers callers;
    private final HttpConfig config;
    private final DoorTimer timer;
    private final BodyRoom room;
    private final DoorTrace trace;

    Doorkeeper(Callers callers, HttpConfig config, DoorTimer timer, BodyRoom room, DoorTrace trace) {
        this.callers = callers;
        this.config = config;
        this.timer = timer;
        this.room = room;
        this.trace = trace;
    }

    /** Ties what runs for a request to its connection and its deadline; it keeps the room of the body until it is closed. */
    CallScope open(HttpRequest<?> request, Exchange exchange, long bodyBytes) {
        Channel channel =
                ((NettyHttpRequest<?>) request).getChannelHandlerContext().channel();
        Deadline deadline = Deadlines.after(timeout(request).orElse(config.timeout()));
        Taken kept = room.keep(request, bodyBytes);
        Step step = trace.begin(request, exchange);
        return CallScope.open(channel, exchange, step, kept, deadline, timer.executor());
    }

    /** The caller's own limit, never longer than ours; what cannot be read is refused by {@link #head}. */
    private Optional<Duration> timeout(HttpRequest<?> request) {
        return header(request, "x-millrace-timeout")
                .map(SPAN::matcher)
                .filter(Matcher::matches)
                .map(span -> {
                    Duration asked = span(Long.parseLong(span.group(1)), span.group(2));
                    return asked.compareTo(config.timeout()) < 0 ? asked : config.timeout();
                });
    }

    private static Duration span(long count, @org.jspecify.annotations.Nullable String unit) {
        if (unit == null || unit.equals("s")) {
            return Duration.ofSeconds(count);
        }
        return unit.equals("ms") ? Duration.ofMillis(count) : Duration.ofMinutes(count);
    }

    Caller caller(HttpRequest<?> request) {
        return callers.authenticate(header(request, "authorization")
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(value -> value.substring(BEARER.length()).strip())
                .or(() -> header(request, "x-api-key"))
                .or(() -> header(request, "api-key"))
                .orElse(""));
    }

    /** All of it; refuses headers that cannot be read. */
    RequestHead head(HttpRequest<?> request) {
        Caller caller = caller(request);
        header(request, "x-millrace-timeout")
                .filter(value -> !SPAN.matcher(value).matches())
                .ifPresent(value -> {
                    throw invalid("x-millrace-timeout", "a span such as 30s, 1500ms or 5m");
                });
        String key = header(request, "idempotency-key")
                .or(() -> header(request, "x-idempotency-key"))
                .orElse("");
        if (key.length() > TurnRequest.REQUEST_ID_CHARS_MAX) {
            throw invalid("idempotency-key", "at most " + TurnRequest.REQUEST_ID_CHARS_MAX + " characters");
        }
        return new RequestHead(caller, key, placement(request));
    }

    private static Optional<Placement> placement(HttpRequest<?> request) {
        Optional<String> word = header(request, "x-millrace-placement");
        Optional<Placement> placement = word.flatMap(given -> Arrays.stream(Placement.values())
                .filter(value -> value.name().equalsIgnoreCase(given.replace('-', '_')))
                .findFirst());
        if (word.isPresent() && placement.isEmpty()) {
            throw invalid("x-millrace-placement", "any, prefer_local, local_only or cloud_only");
        }
        return placement;
    }

    private static TurnFault invalid(String header, String expected) {
        return new TurnFault(
                Reason.FIELD_INVALID,
                "header " + header + ": cannot be read (expected: " + expected + ")",
                Map.of("field", header));
    }

    private static Optional<String> header(HttpRequest<?> request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }
}

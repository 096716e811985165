package dev.millrace.gateway.http;

import dev.millrace.telemetry.Step;
import dev.millrace.telemetry.Telemetry;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;

/** The part of this door in a trace: takes the caller's W3C headers in, and tells on the answer which trace it became. */
@Singleton
final class DoorTrace {
    private static final String ATTRIBUTE = "millrace.trace";
    private static final int FAILED = 400;

    private final Telemetry telemetry;

    DoorTrace(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    /** The step of a call, from its first byte; its scope closes it. */
    Step begin(HttpRequest<?> request, Exchange exchange) {
        if (!telemetry.isOn()) {
            return Step.NONE;
        }
        String method = request.getMethodName();
        Step step = telemetry
                .arrival(
                        method + " " + request.getPath(),
                        name -> name == null ? null : request.getHeaders().get(name))
                .tag("http.request.method", method)
                .tag("url.path", request.getPath())
                .tag("millrace.turn", exchange.turnId());
        request.setAttribute(ATTRIBUTE, step);
        return step;
    }

    /** The answer's head is ready: its status, and the trace for the caller. */
    void answer(HttpRequest<?> request, MutableHttpResponse<?> answer) {
        if (!telemetry.isOn()) {
            return;
        }
        request.getAttribute(ATTRIBUTE, Step.class).ifPresent(step -> {
            int status = answer.code();
            step.tag("http.response.status_code", (long) status);
            if (status >= FAILED) {
                step.failed(Integer.toString(status));
            }
            step.traceparent().ifPresent(value -> answer.header("traceparent", value));
        });
    }
}

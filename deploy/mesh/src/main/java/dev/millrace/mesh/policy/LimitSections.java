package dev.millrace.mesh.policy;

import dev.millrace.mesh.policy.Policy.Breakers;
import dev.millrace.mesh.policy.Policy.Calls;
import dev.millrace.mesh.policy.Policy.Connections;
import dev.millrace.mesh.policy.Policy.Ejection;
import dev.millrace.mesh.policy.Policy.Limits;
import dev.millrace.mesh.policy.Policy.Retries;
import dev.millrace.runtime.DataSize;
import dev.millrace.runtime.Durations;
import java.time.Duration;

/** The sections that say how calls are carried: whole at the top of the file, and what differs at a service. */
record LimitSections(Fields connections, Fields breakers, Fields ejection, Fields retries, Fields calls) {

    /** What HTTP/2 begins with: a sidecar takes no smaller window. */
    private static final long WINDOW_BYTES_MIN = 65_535;

    /** The field on the wire has 31 bits. */
    private static final long WINDOW_BYTES_MAX = Integer.MAX_VALUE;

    /** Those at the top, where no key may be missing. */
    static LimitSections of(Fields file) {
        Fields connections = file.section("connections").expect(Connections.class);
        connections.refuse(
                "longest-call",
                "was replaced by the section calls, which a service may change for its own: write"
                        + " calls: {deadline: 600s, silent-at-most: 600s} beside connections, and the time that stood here in it");
        return new LimitSections(
                connections,
                file.section("breakers").expect(Breakers.class),
                file.section("ejection").expect(Ejection.class),
                file.section("retries").expect("tries", "pause-min", "pause-max", "kinds"),
                file.section("calls").expect(Calls.class));
    }

    /** Those of a service: what it does not say is as here. */
    LimitSections changedBy(Fields service) {
        return new LimitSections(
                service.section("connections", connections),
                service.section("breakers", breakers),
                service.section("ejection", ejection),
                service.section("retries", retries),
                service.section("calls", calls));
    }

    Limits read() {
        Limits read = new Limits(
                connections(connections), breakers(breakers), ejection(ejection), retries(retries), calls(calls));
        connections.end();
        breakers.end();
        ejection.end();
        retries.end();
        calls.end();
        return read;
    }

    private static Connections connections(Fields fields) {
        return new Connections(
                fields.value("connect-within", Durations::parse),
                fields.value("warms-up-for", Durations::parse),
                fields.value("stream-window", LimitSections::window),
                fields.value("connection-window", LimitSections::window),
                fields.value("request-buffer", DataSize::parse),
                fields.value("buffer", DataSize::parse),
                fields.value("keepalive", Durations::parse),
                fields.value("keepalive-answer", Durations::parse),
                fields.value("idle-at-most", Durations::parse),
                fields.value("lives-at-most", Durations::parse));
    }

    private static Breakers breakers(Fields fields) {
        return new Breakers(
                fields.number("connections"),
                fields.number("pending"),
                fields.number("requests"),
                fields.percent("retries-percent"),
                fields.number("retries-min"));
    }

    private static Ejection ejection(Fields fields) {
        Ejection read = new Ejection(
                fields.number("failures"),
                fields.number("gateway-failures"),
                fields.number("unreachable"),
                fields.value("looked-at-every", Durations::parse),
                fields.value("at-least", Durations::parse),
                fields.value("at-most", Durations::parse),
                fields.percent("percent-max"));
        fields.requireOrder("at-least", read.atLeast(), "at-most", read.atMost());
        return read;
    }

    private static Retries retries(Fields fields) {
        Retries read = new Retries(
                fields.number("tries"),
                fields.value("pause-min", Durations::parse),
                fields.value("pause-max", Durations::parse));
        fields.requireOrder("pause-min", read.pauseMin(), "pause-max", read.pauseMax());
        return read;
    }

    /** Also of a route, which has these keys among others. */
    static Calls calls(Fields fields) {
        return new Calls(
                fields.value("deadline", LimitSections::someTime),
                fields.value("silent-at-most", LimitSections::someTime));
    }

    private static DataSize window(String text) {
        DataSize size = DataSize.parse(text);
        if (size.bytes() < WINDOW_BYTES_MIN || size.bytes() > WINDOW_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" (expected: " + WINDOW_BYTES_MIN + " B to " + WINDOW_BYTES_MAX + " B)");
        }
        return size;
    }

    /** Nothing would be no limit at all to a sidecar. */
    private static Duration someTime(String text) {
        Duration span = Durations.parse(text);
        if (span.isZero()) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: more than nothing, such as 30s)");
        }
        return span;
    }
}

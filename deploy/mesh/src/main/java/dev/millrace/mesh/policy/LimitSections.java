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
                fields.value("stream-window", DataSize::parse),
                fields.value("connection-window", DataSize::parse),
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
                fields.number("retries-percent"),
                fields.number("retries-min"));
    }

    private static Ejection ejection(Fields fields) {
        return new Ejection(
                fields.number("failures"),
                fields.number("gateway-failures"),
                fields.number("unreachable"),
                fields.value("looked-at-every", Durations::parse),
                fields.value("at-least", Durations::parse),
                fields.value("at-most", Durations::parse),
                fields.number("percent-max"));
    }

    private static Retries retries(Fields fields) {
        return new Retries(
                fields.number("tries"),
                fields.value("pause-min", Durations::parse),
                fields.value("pause-max", Durations::parse));
    }

    /** Also of a route, which has these keys among others. */
    static Calls calls(Fields fields) {
        return new Calls(
                fields.value("deadline", LimitSections::someTime),
                fields.value("silent-at-most", LimitSections::someTime));
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

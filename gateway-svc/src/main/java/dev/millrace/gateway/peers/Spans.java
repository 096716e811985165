package dev.millrace.gateway.peers;

import com.google.protobuf.Duration;

/** Translates spans of time for the wire. */
final class Spans {

    private Spans() {}

    static Duration wire(java.time.Duration span) {
        return Duration.newBuilder()
                .setSeconds(span.getSeconds())
                .setNanos(span.getNano())
                .build();
    }
}

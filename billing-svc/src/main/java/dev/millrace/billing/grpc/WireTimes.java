package dev.millrace.billing.grpc;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Times and spans on the wire. */
final class WireTimes {
    private WireTimes() {}

    static Timestamp toWire(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    static Instant fromWire(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    static com.google.protobuf.Duration toWire(Duration span) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(span.getSeconds())
                .setNanos(span.getNano())
                .build();
    }

    static Duration fromWire(com.google.protobuf.Duration span) {
        return Duration.ofSeconds(span.getSeconds(), span.getNanos());
    }
}

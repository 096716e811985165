package dev.millrace.load;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;

/** The stack of a sample, and whose work it is. It has a frame at least. */
record Stack(List<RecordedFrame> frames) {
    private static final String OURS = "dev.millrace.";
    private static final String MILLRACE = "Millrace";
    private static final String JDK = "JDK: other";
    /** What a class belongs to, by the beginning of its name; the first that fits. */
    private static final List<Map.Entry<String, String>> LIBRARIES = List.of(
            Map.entry(OURS, MILLRACE),
            Map.entry("org.sqlite.", "SQLite and its driver"),
            Map.entry("io.netty.", "Netty"),
            Map.entry("io.micronaut.", "Micronaut"),
            Map.entry("reactor.", "Reactor"),
            Map.entry("io.grpc.", "gRPC"),
            Map.entry("com.google.protobuf.", "protobuf"),
            Map.entry("io.opentelemetry.", "OpenTelemetry"),
            Map.entry("org.apache.hc.", "HTTP client"),
            Map.entry("ch.qos.logback.", "logging"),
            Map.entry("org.slf4j.", "logging"),
            Map.entry("com.fasterxml.jackson.", "JSON"),
            Map.entry("java.util.concurrent.", "JDK: concurrency"),
            Map.entry("java.lang.VirtualThread", "JDK: virtual threads"),
            Map.entry("jdk.internal.vm.", "JDK: virtual threads"),
            Map.entry("sun.nio.ch.", "JDK: sockets and files"),
            Map.entry("java.net.", "JDK: sockets and files"),
            Map.entry("java.io.", "JDK: sockets and files"),
            Map.entry("java.", JDK),
            Map.entry("jdk.", JDK),
            Map.entry("sun.", JDK));

    /** Empty: the event has none. */
    static Optional<Stack> of(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        return trace == null || trace.getFrames().isEmpty()
                ? Optional.empty()
                : Optional.of(new Stack(trace.getFrames()));
    }

    /** The method that ran. */
    String method() {
        return name(frames.getFirst());
    }

    /** The package of ours nearest to the top; else the library that the thread works for. */
    String part() {
        return ours().findFirst().map(frame -> ourPackage(type(frame))).orElseGet(() -> "(none of ours) " + lowest());
    }

    /** The line of ours nearest to the top, and the one of another class that led there; else as {@link #part}. */
    String line() {
        Optional<RecordedFrame> nearest = ours().findFirst();
        if (nearest.isEmpty()) {
            return part();
        }
        String type = type(nearest.get());
        return line(nearest.get())
                + ours().filter(frame -> !type(frame).equals(type))
                        .findFirst()
                        .map(frame -> " < " + line(frame))
                        .orElse("");
    }

    /** Whose code ran; a native method's time is the system's or a native library's, and stands by its name. */
    String library() {
        RecordedFrame top = frames.getFirst();
        return top.getType().equals("Native") ? "native: " + name(top) : library(top);
    }

    private Stream<RecordedFrame> ours() {
        return frames.stream().filter(frame -> type(frame).startsWith(OURS));
    }

    private String lowest() {
        return frames.reversed().stream()
                .map(Stack::library)
                .filter(library -> !library.equals(JDK))
                .findFirst()
                .orElse(JDK);
    }

    private static String library(RecordedFrame frame) {
        String type = type(frame);
        return LIBRARIES.stream()
                .filter(library -> type.startsWith(library.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(type);
    }

    private static String ourPackage(String type) {
        return type.substring(OURS.length(), type.lastIndexOf('.'));
    }

    private static String line(RecordedFrame frame) {
        return name(frame).substring(OURS.length()) + ":" + frame.getLineNumber();
    }

    /** Without the number that a JVM gives the classes which it makes of lambdas. */
    private static String type(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        int lambda = type.indexOf("$$Lambda");
        return lambda < 0 ? type : type.substring(0, lambda);
    }

    private static String name(RecordedFrame frame) {
        return type(frame) + "." + frame.getMethod().getName();
    }
}

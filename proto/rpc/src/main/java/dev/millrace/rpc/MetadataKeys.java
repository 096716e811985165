package dev.millrace.rpc;

import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

import static io.grpc.Metadata.ASCII_STRING_MARSHALLER;

/** The names of everything that travels beside a message; the prefixes tell which of them only services may set. */
public final class MetadataKeys {
    /** Headers that begin so are set by services for services; a public door removes them. */
    public static final String INNER_PREFIX = "x-millrace-";

    /** Headers that begin so are set by sidecars; a public door removes them. */
    public static final String SIDECAR_PREFIX = "x-envoy-";

    /** {@code Bearer <key>}, from outside. */
    public static final Metadata.Key<String> AUTHORIZATION = key("authorization");

    /** The W3C trace context. */
    public static final Metadata.Key<String> TRACEPARENT = key("traceparent");

    /** The caller's name for a call, else the turn's id; on every answer and every error. */
    public static final Metadata.Key<String> REQUEST_ID = key("x-request-id");

    /** The authenticated tenant. */
    public static final Metadata.Key<String> TENANT = key(INNER_PREFIX + "tenant");

    /** The turn that a call belongs to. */
    public static final Metadata.Key<String> TURN = key(INNER_PREFIX + "turn");

    /** The decision that lets a prompt leave the organisation; the message says the same. */
    public static final Metadata.Key<String> CLEARANCE = key(INNER_PREFIX + "clearance");

    /** The model asked for, so that a sidecar can pick an instance that has it. */
    public static final Metadata.Key<String> MODEL = key(INNER_PREFIX + "model");

    /** How many attempts this call may still make at an upstream, a decimal number. */
    public static final Metadata.Key<String> ATTEMPTS_LEFT = key(INNER_PREFIX + "attempts-left");

    /** One named instance, for calls that must reach it and no other. */
    public static final Metadata.Key<String> INSTANCE = key(INNER_PREFIX + "instance");

    /** Which attempt of the sidecar this is, from 1. */
    public static final Metadata.Key<String> SIDECAR_ATTEMPT = key(SIDECAR_PREFIX + "attempt-count");

    /** A trailer that tells the caller's library when to retry; {@code -1} forbids it. */
    public static final Metadata.Key<String> RETRY_PUSHBACK_MILLIS = key("grpc-retry-pushback-ms");

    private static final int DIGITS_MAX = 6;

    private MetadataKeys() {}

    /** Attempts that a server may still make: what the caller allowed, less what the sidecar has already repeated. */
    public static int attemptsLeft(Metadata headers, int attemptsWhenAbsent) {
        int allowed = number(headers.get(ATTEMPTS_LEFT), attemptsWhenAbsent);
        int repeated = number(headers.get(SIDECAR_ATTEMPT), 1) - 1;
        return Math.max(0, allowed - Math.max(0, repeated));
    }

    private static int number(@Nullable String text, int otherwise) {
        if (text == null || text.isEmpty() || text.length() > DIGITS_MAX) {
            return otherwise;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return otherwise;
            }
        }
        return Integer.parseInt(text);
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, ASCII_STRING_MARSHALLER);
    }
}

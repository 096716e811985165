package dev.millrace.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a call failed, as a value: made where the failure is known, sent as a {@code google.rpc.Status} with exactly one
 * ErrorInfo, and read back on the other side.
 *
 * @param domain who vouches for the reason: {@code <service>.millrace.dev}
 * @param reason the name of a value of the service's enum, without its prefix, such as {@code BUDGET_EXHAUSTED}
 * @param message for a person: the thing, the cause, the next step; never prompt text or keys
 * @param metadata every variable of the message, by name
 * @param retryDelay when it is worth trying again; empty: nothing is promised
 * @param details further typed details, in order; ErrorInfo and RetryInfo are not among them
 * @param retryForbidden the caller's library must not retry by itself (rate and budget only)
 */
public record Fault(
        Status.Code code,
        String domain,
        String reason,
        String message,
        Map<String, String> metadata,
        Optional<Duration> retryDelay,
        List<Any> details,
        boolean retryForbidden) {

    private static final String DOMAIN_SUFFIX = ".millrace.dev";
    private static final String FORBIDDEN = "-1";

    public Fault {
        if (code == Status.Code.OK) {
            throw new IllegalArgumentException("code: OK (expected: a failure)");
        }
        metadata = Map.copyOf(metadata);
        details = List.copyOf(details);
    }

    /** A fault in the domain of a service, such as {@code billing}. */
    public static Fault of(Status.Code code, String service, String reason, String message) {
        return new Fault(code, service + DOMAIN_SUFFIX, reason, message, Map.of(), Optional.empty(), List.of(), false);
    }

    /** The fault that an exception stands for; a status without a reason is named by {@link TransportReason}. */
    public static Fault of(Throwable failure) {
        com.google.rpc.@Nullable Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return unnamed(Status.Code.INTERNAL, TransportReason.UNEXPECTED, "unexpected failure", List.of());
        }
        @Nullable Metadata trailers = Status.trailersFromThrowable(failure);
        boolean retryForbidden = trailers != null && FORBIDDEN.equals(trailers.get(MetadataKeys.RETRY_PUSHBACK_MILLIS));
        return read(status, retryForbidden);
    }

    private static Fault read(com.google.rpc.Status status, boolean retryForbidden) {
        Status.Code code = Status.fromCodeValue(status.getCode()).getCode();
        @Nullable ErrorInfo info = null;
        Optional<Duration> delay = Optional.empty();
        List<Any> others = new ArrayList<>();
        for (Any detail : status.getDetailsList()) {
            if (info == null && detail.is(ErrorInfo.class)) {
                info = unpack(detail, ErrorInfo.class).orElse(null);
            } else if (detail.is(RetryInfo.class)) {
                delay = unpack(detail, RetryInfo.class).map(Fault::delayOf);
            } else {
                others.add(detail);
            }
        }
        if (info == null) {
            TransportReason reason = TransportReason.of(code, status.getMessage());
            return unnamed(code, reason, status.getMessage(), others);
        }
        return new Fault(
                code,
                info.getDomain(),
                info.getReason(),
                status.getMessage(),
                info.getMetadataMap(),
                delay,
                others,
                retryForbidden);
    }

    private static Fault unnamed(Status.Code code, TransportReason reason, String message, List<Any> details) {
        return new Fault(
                code, TransportReason.DOMAIN, reason.name(), message, Map.of(), Optional.empty(), details, false);
    }

    /** The same fault with one more variable of its message. */
    public Fault with(String name, Object value) {
        Map<String, String> more = new HashMap<>(metadata);
        more.put(name, String.valueOf(value));
        return new Fault(code, domain, reason, message, more, retryDelay, details, retryForbidden);
    }

    public Fault with(Message detail) {
        List<Any> more = new ArrayList<>(details);
        more.add(Any.pack(detail));
        return new Fault(code, domain, reason, message, metadata, retryDelay, more, retryForbidden);
    }

    /** The same fault, worth another try after {@code delay}. */
    public Fault retryAfter(Duration delay) {
        return new Fault(code, domain, reason, message, metadata, Optional.of(delay), details, retryForbidden);
    }

    /** The same fault, never repeated by the caller's library on its own. */
    public Fault forbidRetry() {
        return new Fault(code, domain, reason, message, metadata, retryDelay, details, true);
    }

    public boolean is(String otherReason) {
        return reason.equals(otherReason);
    }

    public boolean is(TransportReason otherReason) {
        return is(otherReason.name());
    }

    /** The first detail of this type; empty as well where it cannot be read. */
    public <T extends Message> Optional<T> detail(Class<T> type) {
        return details.stream().filter(detail -> detail.is(type)).findFirst().flatMap(detail -> unpack(detail, type));
    }

    public StatusRuntimeException toException() {
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(domain)
                        .putAllMetadata(metadata)
                        .build()));
        retryDelay.ifPresent(delay -> status.addDetails(Any.pack(retryInfo(delay))));
        Metadata trailers = new Metadata();
        if (retryForbidden) {
            trailers.put(MetadataKeys.RETRY_PUSHBACK_MILLIS, FORBIDDEN);
        }
        return StatusProto.toStatusRuntimeException(
                status.addAllDetails(details).build(), trailers);
    }

    /** Ends the call with it. */
    public void close(ServerCall<?, ?> call) {
        StatusRuntimeException answer = toException();
        call.close(answer.getStatus(), Objects.requireNonNullElseGet(answer.getTrailers(), Metadata::new));
    }

    private static RetryInfo retryInfo(Duration delay) {
        return RetryInfo.newBuilder().setRetryDelay(WireTimes.toWire(delay)).build();
    }

    private static Duration delayOf(RetryInfo info) {
        return WireTimes.fromWire(info.getRetryDelay());
    }

    private static <T extends Message> Optional<T> unpack(Any detail, Class<T> type) {
        try {
            return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException unreadable) {
            return Optional.empty();
        }
    }
}

package dev.millrace.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose call runs here: request id, turn and tenant travel with gRPC's context, and from it to every peer that the call
 * reaches. A thread that a handler starts has them only if it runs in {@code Context.current()}.
 */
public final class CallContext {
    private static final Context.Key<String> REQUEST_ID = Context.key("request-id");
    private static final Context.Key<String> TURN = Context.key("turn");
    private static final Context.Key<String> TENANT = Context.key("tenant");
    private static final int ID_CHARS_MAX = 128;

    private CallContext() {}

    /** The caller's id of this call, else the turn's; empty outside of a call. */
    public static String requestId() {
        return get(REQUEST_ID).orElse("");
    }

    /** The turn's id, minted at the first door that the call came through; empty outside of a call. */
    public static String turn() {
        return get(TURN).orElse("");
    }

    /** The tenant as authenticated by the gateway; absent before that. */
    public static Optional<String> tenant() {
        return get(TENANT);
    }

    /** The current context, with the tenant that was just authenticated. */
    public static Context withTenant(String tenant) {
        return Context.current().withValue(TENANT, tenant);
    }

    /** The current context with other ids, for a call that came through another door than gRPC's. */
    public static Context with(String requestId, String turn) {
        return Context.current().withValues(REQUEST_ID, requestId, TURN, turn);
    }

    /** Reads the ids of a call from its headers, and mints those that are missing or unfit to be logged. */
    public static ServerInterceptor server() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                String turn = orElse(headers.get(MetadataKeys.TURN), null);
                String requestId = orElse(headers.get(MetadataKeys.REQUEST_ID), turn);
                Context context = with(requestId, turn);
                @Nullable String tenant = headers.get(MetadataKeys.TENANT);
                return Contexts.interceptCall(
                        tenant == null ? context : context.withValue(TENANT, tenant), call, headers, next);
            }
        };
    }

    /** Sends the ids of the current call along; a header that the caller has set itself stays. */
    public static ClientInterceptor client() {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata headers) {
                        forward(REQUEST_ID, MetadataKeys.REQUEST_ID, headers);
                        forward(TURN, MetadataKeys.TURN, headers);
                        forward(TENANT, MetadataKeys.TENANT, headers);
                        super.start(listener, headers);
                    }
                };
            }
        };
    }

    private static void forward(Context.Key<String> key, Metadata.Key<String> header, Metadata headers) {
        @Nullable String value = key.get();
        if (value != null && !headers.containsKey(header)) {
            headers.put(header, value);
        }
    }

    private static String orElse(@Nullable String given, @Nullable String otherwise) {
        if (given != null && isPrintable(given)) {
            return given;
        }
        return otherwise == null ? Uuid7.mint() : otherwise;
    }

    /** Fit to be logged and sent in a header. */
    private static boolean isPrintable(String id) {
        boolean fits = !id.isEmpty() && id.length() <= ID_CHARS_MAX;
        for (int i = 0; fits && i < id.length(); i++) {
            fits = id.charAt(i) >= '!' && id.charAt(i) <= '~';
        }
        return fits;
    }

    private static Optional<String> get(Context.Key<String> key) {
        return Optional.ofNullable(key.get());
    }
}

package dev.millrace.relay.grpc;

import dev.millrace.rpc.MetadataKeys;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * What the relay needs of a call's headers.
 *
 * @param clearance the decision that lets the prompt leave; empty: none
 * @param attemptsLeft calls of a provider that the caller grants
 */
record CallHeaders(String clearance, int attemptsLeft) {
    private static final int ATTEMPTS_WHEN_UNSAID = 3;
    private static final Context.Key<CallHeaders> KEY =
            Context.keyWithDefault("relay-headers", new CallHeaders("", ATTEMPTS_WHEN_UNSAID));

    static CallHeaders current() {
        return KEY.get();
    }

    /** Keeps the headers with the call. */
    static ServerInterceptor interceptor() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                String clearance = headers.get(MetadataKeys.CLEARANCE);
                CallHeaders read = new CallHeaders(
                        clearance == null ? "" : clearance, MetadataKeys.attemptsLeft(headers, ATTEMPTS_WHEN_UNSAID));
                return Contexts.interceptCall(Context.current().withValue(KEY, read), call, headers, next);
            }
        };
    }
}

package dev.millrace.gateway.grpc;

import dev.millrace.rpc.MetadataKeys;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the key out of a call's authorization header and keeps it for the handler alone. */
public final class KeyHeader implements ServerInterceptor {

    private static final Context.Key<String> KEY = Context.keyWithDefault("api-key", "");
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");

    /** The key of the current call; empty: none was sent. */
    static String current() {
        return KEY.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String header = headers.get(MetadataKeys.AUTHORIZATION);
        Matcher bearer = BEARER.matcher(header == null ? "" : header);
        Context context = Context.current().withValue(KEY, bearer.matches() ? bearer.group(1) : "");
        return Contexts.interceptCall(context, call, headers, next);
    }
}

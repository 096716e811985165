package dev.millrace.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/** Removes at a public door every header that only services and sidecars may set. */
public final class InnerHeaderFilter implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        for (String name : List.copyOf(headers.keys())) {
            if (isInner(name)) {
                discard(headers, name);
            }
        }
        return next.startCall(call, headers);
    }

    /** True for names that a caller from outside must not set; the HTTP door asks the same question. */
    public static boolean isInner(String lowerCaseName) {
        return lowerCaseName.startsWith(MetadataKeys.INNER_PREFIX)
                || lowerCaseName.startsWith(MetadataKeys.SIDECAR_PREFIX);
    }

    private static void discard(Metadata headers, String name) {
        if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
            headers.discardAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
        } else {
            headers.discardAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        }
    }
}

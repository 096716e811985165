package dev.millrace.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Puts the request id on every answer and every error. It never sends headers by itself: a refusal stays Trailers-Only,
 * which is what lets a sidecar try another instance.
 */
public final class RequestIdEcho implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String requestId = CallContext.requestId();
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    private boolean headersSent;

                    @Override
                    public void sendHeaders(Metadata answer) {
                        headersSent = true;
                        put(answer);
                        super.sendHeaders(answer);
                    }

                    @Override
                    public void close(Status status, Metadata trailers) {
                        if (!headersSent || !status.isOk()) {
                            put(trailers);
                        }
                        super.close(status, trailers);
                    }

                    private void put(Metadata metadata) {
                        metadata.discardAll(MetadataKeys.REQUEST_ID);
                        metadata.put(MetadataKeys.REQUEST_ID, requestId);
                    }
                },
                headers);
    }
}

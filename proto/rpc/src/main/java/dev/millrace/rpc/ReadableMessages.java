package dev.millrace.rpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.List;

/**
 * Ends a call whose bytes are no message with INVALID_ARGUMENT. grpc-java would end it as UNKNOWN, for which sidecars eject a
 * healthy instance, and log a stack trace for each.
 */
final class ReadableMessages {
    private static final String REASON = "MESSAGE_MALFORMED";

    private final String service;

    /** The short name that its faults carry. */
    ReadableMessages(String service) {
        this.service = service;
    }

    ServerServiceDefinition of(ServerServiceDefinition definition) {
        ServiceDescriptor before = definition.getServiceDescriptor();
        ServiceDescriptor.Builder after =
                ServiceDescriptor.newBuilder(before.getName()).setSchemaDescriptor(before.getSchemaDescriptor());
        List<? extends ServerMethodDefinition<?, ?>> methods =
                definition.getMethods().stream().map(this::method).toList();
        methods.forEach(method -> after.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder all = ServerServiceDefinition.builder(after.build());
        methods.forEach(all::addMethod);
        return all.build();
    }

    private <Q, A> ServerMethodDefinition<Q, A> method(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        ServerCallHandler<Q, A> handler = method.getServerCallHandler();
        return ServerMethodDefinition.create(
                descriptor.toBuilder(
                                new Reader<>(descriptor.getRequestMarshaller()), descriptor.getResponseMarshaller())
                        .build(),
                (call, headers) -> new Checked<>(handler.startCall(call, headers), call));
    }

    /** Makes messages, or in the place of one says why it is none: what this throws would be logged and end as UNKNOWN. */
    private record Reader<Q>(Marshaller<Q> marshaller) implements Marshaller<Q> {
        @Override
        public InputStream stream(Q message) {
            return marshaller.stream(message);
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
        }) // the listener below is the first to look at it
        public Q parse(InputStream bytes) {
            try {
                return marshaller.parse(bytes);
            } catch (StatusRuntimeException failure) {
                return (Q) (Object) new Malformed(failure.getStatus());
            }
        }
    }

    private record Malformed(Status status) {}

    /** Passes on what could be read; after what could not, the handler hears the end of the call alone. */
    private final class Checked<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean refused;

        Checked(ServerCall.Listener<Q> next, ServerCall<Q, ?> call) {
            super(next);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if ((Object) message instanceof Malformed(Status status)) {
                refuse(status);
            } else if (!refused) {
                super.onMessage(message);
            }
        }

        private void refuse(Status status) {
            if (refused) {
                return;
            }
            refused = true;
            Fault.of(
                            Status.Code.INVALID_ARGUMENT,
                            service,
                            REASON,
                            "the bytes are no message of "
                                    + call.getMethodDescriptor().getFullMethodName() + ": " + status.getDescription())
                    .close(call);
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            if (!refused) {
                super.onReady();
            }
        }
    }
}

package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Callers;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.rpc.CallContext;
import dev.millrace.rpc.Deadlines;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Offers some methods of a peer at the public door, byte for byte: the caller needs the admin permission, the peer sees the
 * caller's tenant, and nothing is parsed here.
 */
public final class PassThrough {

    private final Callers callers;
    private final String peer;
    private final Channel channel;

    /** Passes through to a peer, known by its short name, over a channel that stays its maker's to close. */
    public PassThrough(Callers callers, String peer, Channel channel) {
        this.callers = callers;
        this.peer = peer;
        this.channel = channel;
    }

    /** The methods of a service that are offered, by their short names; all others are refused with what to do instead. */
    public ServerServiceDefinition offer(ServiceDescriptor service, Set<String> methods) {
        List<MethodDescriptor<byte[], byte[]>> all =
                service.getMethods().stream().map(PassThrough::bytes).toList();
        Set<String> known =
                all.stream().map(MethodDescriptor::getBareMethodName).collect(Collectors.toSet());
        if (!known.containsAll(methods)) {
            throw new IllegalArgumentException(
                    service.getName() + ": " + methods + " (expected: names of its methods)");
        }
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(service.getName()).setSchemaDescriptor(service.getSchemaDescriptor());
        all.forEach(descriptor::addMethod);
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        for (MethodDescriptor<byte[], byte[]> method : all) {
            boolean offered = methods.contains(method.getBareMethodName());
            definition.addMethod(method, offered ? new Handler(method) : refusing(method));
        }
        return definition.build();
    }

    private static ServerCallHandler<byte[], byte[]> refusing(MethodDescriptor<byte[], byte[]> method) {
        return (call, headers) -> {
            throw Faults.of(new TurnFault(
                            Reason.METHOD_NOT_OFFERED,
                            method.getFullMethodName()
                                    + " is for Millrace's services among themselves; this door does not"
                                    + " offer it. Ask millrace.gateway.v1.GatewayService for answers",
                            Map.of("method", method.getFullMethodName())))
                    .toException();
        };
    }

    private static MethodDescriptor<byte[], byte[]> bytes(MethodDescriptor<?, ?> method) {
        return MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
                .setType(method.getType())
                .setFullMethodName(method.getFullMethodName())
                .setSchemaDescriptor(method.getSchemaDescriptor())
                .build();
    }

    private Caller admin() {
        Caller caller = callers.authenticate(KeyHeader.current());
        if (!caller.permissions().contains(Caller.Permission.ADMIN)) {
            throw new TurnFault(
                    Reason.KEY_FORBIDDEN,
                    "key " + caller.keyId() + " may not do this. Use one with the permission \"admin\"",
                    Map.of("key_id", caller.keyId(), "permission", "admin"));
        }
        return caller;
    }

    /** Begins a peer's call for each of the caller's. */
    private final class Handler implements ServerCallHandler<byte[], byte[]> {
        private final MethodDescriptor<byte[], byte[]> method;

        Handler(MethodDescriptor<byte[], byte[]> method) {
            this.method = method;
        }

        @Override
        public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
            Caller caller;
            try {
                caller = admin();
            } catch (TurnFault fault) {
                throw Faults.of(fault).toException();
            }
            Context context = CallContext.withTenant(caller.tenant());
            Context previous = context.attach();
            try {
                ClientCall<byte[], byte[]> onward =
                        channel.newCall(method, CallOptions.DEFAULT.withDeadline(Deadlines.peer(Deadlines.current())));
                return PassedCall.begin(call, onward, peer);
            } finally {
                context.detach(previous);
            }
        }
    }
}

package dev.millrace.billing.grpc;

import dev.millrace.schema.billing.v1.KeyServiceGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import jakarta.inject.Singleton;

/** Keys are served by a later layer: every method says so, with its name. */
@Singleton
public final class KeyGrpcService implements BindableService {
    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder service =
                ServerServiceDefinition.builder(KeyServiceGrpc.getServiceDescriptor());
        KeyServiceGrpc.getServiceDescriptor().getMethods().forEach(method -> refuse(service, method));
        return service.build();
    }

    private static <Q, A> void refuse(ServerServiceDefinition.Builder service, MethodDescriptor<Q, A> method) {
        String name = method.getFullMethodName();
        service.addMethod(
                method,
                ServerCalls.asyncServerStreamingCall((request, caller) ->
                        caller.onError(BillingFaults.notYetServed(name).toException())));
    }
}

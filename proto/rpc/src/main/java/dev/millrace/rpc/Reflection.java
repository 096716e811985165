package dev.millrace.rpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.List;

/** What tools such as grpcurl read a server's methods and messages from, in both its forms; also the details of its errors. */
final class Reflection {
    private static final FileDescriptor FILES = files();

    private Reflection() {}

    static List<ServerServiceDefinition> services() {
        return List.of(withErrorDetails(ProtoReflectionServiceV1.newInstance().bindService()), older().bindService());
    }

    /**
     * The same, under a file that needs those of the error details: what can be asked for are the services' files and all that
     * they need, and no file of ours needs those, because details ride in trailers.
     */
    private static ServerServiceDefinition withErrorDetails(ServerServiceDefinition reflection) {
        ServiceDescriptor.Builder service = ServiceDescriptor.newBuilder(
                        reflection.getServiceDescriptor().getName())
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> FILES);
        reflection.getServiceDescriptor().getMethods().forEach(service::addMethod);
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service.build());
        reflection.getMethods().forEach(definition::addMethod);
        return definition.build();
    }

    private static FileDescriptor files() {
        Object own = ServerReflectionGrpc.getServiceDescriptor().getSchemaDescriptor();
        FileDescriptor[] needed = {
            ((ProtoFileDescriptorSupplier) own).getFileDescriptor(), ErrorDetailsProto.getDescriptor()
        };
        FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder().setName("millrace/reflection.proto");
        for (FileDescriptor each : needed) {
            file.addDependency(each.getName());
        }
        try {
            return FileDescriptor.buildFrom(file.build(), needed);
        } catch (DescriptorValidationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @SuppressWarnings("deprecation") // grpcurl and other tools still ask for v1alpha
    private static BindableService older() {
        return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
    }
}

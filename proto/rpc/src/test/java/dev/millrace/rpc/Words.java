package dev.millrace.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.ServerCalls.ServerStreamingMethod;
import io.grpc.stub.ServerCalls.UnaryMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A service of plain text, so that these tests need no generated code. */
final class Words {
    static final String SERVICE = "millrace.test.Words";
    static final MethodDescriptor<String, String> ASK = method("Ask", MethodType.UNARY);
    static final MethodDescriptor<String, String> TELL = method("Tell", MethodType.SERVER_STREAMING);

    private Words() {}

    static ServerServiceDefinition answering(UnaryMethod<String, String> ask) {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(ASK, ServerCalls.asyncUnaryCall(ask))
                .build();
    }

    static ServerServiceDefinition telling(ServerStreamingMethod<String, String> tell) {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(TELL, ServerCalls.asyncServerStreamingCall(tell))
                .build();
    }

    static String ask(Channel channel, String question) {
        return ClientCalls.blockingUnaryCall(channel, ASK, CallOptions.DEFAULT, question);
    }

    static MethodDescriptor<String, String> method(String name, MethodType type) {
        return fullMethod(MethodDescriptor.generateFullMethodName(SERVICE, name), type);
    }

    /** A method of another service, whose messages are seen as the text that their bytes are. */
    static MethodDescriptor<String, String> fullMethod(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder(new Text(), new Text())
                .setType(type)
                .setFullMethodName(name)
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}

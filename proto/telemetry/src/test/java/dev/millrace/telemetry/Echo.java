package dev.millrace.telemetry;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A service of plain text. */
final class Echo {
    private static final MethodDescriptor<String, String> ASK = MethodDescriptor.<String, String>newBuilder(
                    new Text(), new Text())
            .setType(MethodType.UNARY)
            .setFullMethodName("millrace.test.Echo/Ask")
            .build();

    private Echo() {}

    static ServerServiceDefinition answering(UnaryOperator<String> answer) {
        return ServerServiceDefinition.builder("millrace.test.Echo")
                .addMethod(ASK, ServerCalls.asyncUnaryCall((question, observer) -> {
                    observer.onNext(answer.apply(question));
                    observer.onCompleted();
                }))
                .build();
    }

    static String ask(Channel channel, String question) {
        return ClientCalls.blockingUnaryCall(channel, ASK, CallOptions.DEFAULT, question);
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}

package dev.millrace.cli;

import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.GrpcServerBuilder;
import dev.millrace.rpc.MetadataKeys;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An instance that operators' commands can be typed against: a port as the gateway's, behind which fakes answer. Register
 * it as an instance field, or close it.
 */
final class FakeInstance implements AutoCloseable, AfterEachCallback {
    private final List<String> traceparents = new ArrayList<>();
    private final GrpcServer server;

    FakeInstance(BindableService... services) {
        GrpcServerBuilder builder =
                GrpcServer.builder("gateway").listen("tcp://127.0.0.1:0").intercept(new Headers());
        for (BindableService service : services) {
            builder.service(service);
        }
        server = builder.start();
    }

    /** One with every service that commands ask. */
    static FakeInstance whole() {
        return new FakeInstance(new FakeGateway(), new FakeLedger(), new FakePrices(), new FakeClassifier());
    }

    /** Runs a command line as it stands, by a program that starts nothing and finds no fault with a configuration. */
    static int run(String... words) {
        return Millrace.run(words, List.of(), (place, config) -> List.of());
    }

    /** Runs a command against this instance: the command's words, its address, the options. */
    int typed(String command, String... options) {
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.addAll(List.of("--address", address()));
        words.addAll(List.of(options));
        return run(words.toArray(String[]::new));
    }

    /** As {@code --address} takes it. */
    String address() {
        return server.addresses().getFirst().getAuthority();
    }

    /** Lets this process be the instance that runs in the home. */
    void runIn(Path home) throws IOException {
        Files.writeString(
                home.resolve("run"),
                "pid=" + ProcessHandle.current().pid() + "\ngateway.grpc=tcp://" + address() + "\n");
    }

    /** What came with each call. */
    List<String> traceparents() {
        return List.copyOf(traceparents);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        close();
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Headers implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            traceparents.add(String.valueOf(headers.get(MetadataKeys.TRACEPARENT)));
            return next.startCall(call, headers);
        }
    }
}

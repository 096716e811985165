package dev.millrace.rpc;

import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a test opens, ended behind it, the latest first. Register it as an instance field. */
final class Opened implements AfterEachCallback {
    private final List<Runnable> ends = new ArrayList<>();

    GrpcServer start(GrpcServerBuilder builder) {
        GrpcServer server = builder.start();
        ends.add(server::close);
        return server;
    }

    /** A channel to the server's first address. */
    ManagedChannel channel(GrpcServer server) {
        return channel(server.addresses().getFirst().toString());
    }

    ManagedChannel channel(String target) {
        return channel(target, Instruments.NONE);
    }

    ManagedChannel channel(String target, Instruments instruments) {
        ManagedChannel channel = Channels.open(target, instruments);
        ends.add(channel::shutdownNow);
        return channel;
    }

    /** Does this too when the test has ended. */
    void atTheEnd(Runnable end) {
        ends.add(end);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        ends.reversed().forEach(Runnable::run);
    }
}

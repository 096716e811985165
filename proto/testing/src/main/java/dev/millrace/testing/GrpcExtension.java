package dev.millrace.testing;

import dev.millrace.rpc.Channels;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.GrpcServerBuilder;
import dev.millrace.rpc.Uuid7;
import io.grpc.BindableService;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test real gRPC servers and channels, with the interceptors of production, and ends them after each test. Register
 * it as an instance field: {@code @RegisterExtension final GrpcExtension grpc = new GrpcExtension();}
 *
 * <p>In-process is the default; sizes and the depth of buffers show over TCP alone, so test those with {@link #tcp}.
 */
public final class GrpcExtension implements AfterEachCallback {
    private static final int END_SECONDS_MAX = 5;

    private final List<GrpcServer> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    /** A channel to these services behind an inner door, in process. */
    public ManagedChannel inProcess(BindableService... services) {
        return channel(start(GrpcServer.builder("test").listen(freshName()).innerDoor(), services));
    }

    /** A channel to these services behind an inner door, over loopback TCP. */
    public ManagedChannel tcp(BindableService... services) {
        return channel(
                start(GrpcServer.builder("test").listen("tcp://127.0.0.1:0").innerDoor(), services));
    }

    /** Adds the services, starts, and says SERVING. */
    public GrpcServer start(GrpcServerBuilder builder, BindableService... services) {
        for (BindableService service : services) {
            builder.service(service);
        }
        GrpcServer server = builder.start();
        servers.add(server);
        server.setServing(true);
        return server;
    }

    /** A channel to the server's first address. */
    public ManagedChannel channel(GrpcServer server, ClientInterceptor... interceptors) {
        return open(server.addresses().getFirst().toString(), interceptors);
    }

    /** A channel to any target. */
    public ManagedChannel open(String target, ClientInterceptor... interceptors) {
        ManagedChannel channel = Channels.open(target, interceptors);
        channels.add(channel);
        return channel;
    }

    private static String freshName() {
        return "inprocess:///test-" + Uuid7.mint();
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            if (!channel.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a channel did not end within " + END_SECONDS_MAX + " s");
            }
        }
        servers.forEach(GrpcServer::close);
    }
}

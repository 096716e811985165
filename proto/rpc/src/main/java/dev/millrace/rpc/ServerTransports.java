package dev.millrace.rpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

import static java.util.concurrent.TimeUnit.SECONDS;

/** Opens a server's addresses, in process and over TCP, with the limits of each transport. */
final class ServerTransports {
    private static final int CALLS_PER_CONNECTION_MAX = 1_000;
    private static final int RESETS_MAX = 2_000;
    private static final int RESETS_WINDOW_SECONDS = 10;
    private static final long KEEPALIVE_SECONDS = 20;
    private static final long KEEPALIVE_ANSWER_SECONDS = 5;
    private static final long CALLER_KEEPALIVE_SECONDS_MIN = 10;

    private final GrpcServerBuilder settings;
    private final List<ServerServiceDefinition> services;
    private final HandlerThreads threads;

    /** @param services with everything that stands around their handlers on each transport */
    ServerTransports(GrpcServerBuilder settings, List<ServerServiceDefinition> services) {
        this.settings = settings;
        this.services = services;
        threads = settings.threads();
    }

    /** Takes calls at the address, or says why it cannot. */
    Server start(URI address) {
        ServerBuilder<?> transport = transport(address)
                .maxInboundMessageSize(Channels.MESSAGE_BYTES_MAX)
                .addServices(isInProcess(address) ? services : readable());
        if (isLoopbackOnly(settings.addresses())) {
            Reflection.services().forEach(service -> transport.addService(settings.arriving(service)));
        }
        settings.instruments().fit(transport, settings.isPublic());
        Server server = transport.build();
        startOrExplain(server, address);
        return server;
    }

    /** The shorter way within a process; nothing is traced or measured on it. */
    Optional<Server> startDirect(URI address) {
        if (!isInProcess(address) || settings.instruments().isOn()) {
            return Optional.empty();
        }
        return Optional.of(new DirectServer(Channels.inProcessName(address), services, threads::of).start());
    }

    private static boolean isInProcess(URI address) {
        return "inprocess".equals(address.getScheme());
    }

    /** Within the process messages are handed over as they are. */
    private List<ServerServiceDefinition> readable() {
        ReadableMessages messages = new ReadableMessages(settings.name());
        return services.stream().map(messages::of).toList();
    }

    private ServerBuilder<?> transport(URI address) {
        return switch (String.valueOf(address.getScheme())) {
            case "inprocess" ->
                InProcessServerBuilder.forName(Channels.inProcessName(address))
                        .executor(threads.beforeTheMethodIsKnown())
                        .callExecutor(threads);
            case "tcp" -> tcp(socket(address));
            default ->
                throw new IllegalArgumentException(
                        "listen: " + address + " (expected: inprocess:///name or tcp://host:port)");
        };
    }

    private NettyServerBuilder tcp(InetSocketAddress socket) {
        NettyServerBuilder transport = NettyServerBuilder.forAddress(socket, InsecureServerCredentials.create())
                .executor(threads.virtual())
                .maxInboundMetadataSize(Channels.METADATA_BYTES_MAX)
                .flowControlWindow(Channels.STREAM_WINDOW_BYTES)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .maxRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
                .keepAliveTime(KEEPALIVE_SECONDS, SECONDS)
                .keepAliveTimeout(KEEPALIVE_ANSWER_SECONDS, SECONDS)
                .permitKeepAliveTime(CALLER_KEEPALIVE_SECONDS_MIN, SECONDS)
                .permitKeepAliveWithoutCalls(true);
        if (settings.isPublic()) {
            transport.addStreamTracerFactory(new CallReset());
        }
        return settings.connections().map(limits -> limits.fit(transport)).orElse(transport);
    }

    private static InetSocketAddress socket(URI address) {
        if (address.getHost() == null || address.getPort() < 0) {
            throw new IllegalArgumentException("listen: " + address + " (expected: tcp://host:port)");
        }
        return new InetSocketAddress(address.getHost(), address.getPort());
    }

    private static boolean isLoopbackOnly(List<URI> addresses) {
        List<URI> network =
                addresses.stream().filter(uri -> "tcp".equals(uri.getScheme())).toList();
        return !network.isEmpty() && network.stream().allMatch(uri -> isLoopback(uri.getHost()));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private void startOrExplain(Server server, URI address) {
        try {
            server.start();
        } catch (IOException failure) {
            if (PortHolder.isTaken(failure)) {
                throw new PortHolder.PortTaken(address.getPort(), settings.portHint(), failure);
            }
            String why = PortHolder.refusal(failure).orElseGet(() -> String.valueOf(failure.getMessage()));
            throw new UncheckedIOException(
                    PortHolder.refused(address.getHost() + ":" + address.getPort(), why), failure);
        }
    }
}

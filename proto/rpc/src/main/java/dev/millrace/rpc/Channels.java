package dev.millrace.rpc;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.EquivalentAddressGroup;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Opens channels to peers, each named by one target string, so that a peer can move between processes without a change of
 * code: {@code inprocess:///billing}, {@code sidecar://127.0.0.1:15001/billing}, {@code tcp://127.0.0.1:9090},
 * {@code static:///a:1,b:2} or {@code dns:///name:port}. A sidecar is reached at its address and told the peer's name as the
 * authority; the others are for those without one.
 *
 * <p>Every channel forwards the ids of the current call ({@link CallContext}) and never repeats a call by policy: that is
 * the sidecar's part. Over TCP, grpc-java repeats what no server has seen. Whoever opens a channel shuts it down.
 */
public final class Channels {
    public static final int MESSAGE_BYTES_MAX = 16 << 20;
    static final int METADATA_BYTES_MAX = 16 << 10;
    /** What one stream may hold unread; larger windows let stalled readers fill the memory. */
    static final int STREAM_WINDOW_BYTES = 64 << 10;

    private static final long KEEPALIVE_SECONDS = 20;
    private static final long KEEPALIVE_ANSWER_SECONDS = 5;

    static {
        NameResolverRegistry.getDefaultRegistry().register(new StaticAddresses());
    }

    private Channels() {}

    /** Opens a channel; connecting is lazy, so a peer that is away shows at the first call, as UNAVAILABLE. */
    public static ManagedChannel open(String target, ClientInterceptor... interceptors) {
        return open(target, Instruments.NONE, interceptors);
    }

    /** The same, with instruments next to the wire. */
    public static ManagedChannel open(String target, Instruments instruments, ClientInterceptor... interceptors) {
        Executor executor = LoopThreads.executor();
        ManagedChannelBuilder<?> builder = builder(target).executor(executor).maxInboundMessageSize(MESSAGE_BYTES_MAX);
        List<ClientInterceptor> inOrder = new ArrayList<>(List.of(interceptors));
        inOrder.add(CallContext.client());
        if (scheme(target).equals("inprocess") && !instruments.isOn()) {
            return new DirectChannel(inProcessName(URI.create(target)), builder.build(), executor, inOrder);
        }
        instruments.fit(builder);
        return builder.intercept(inOrder).build();
    }

    private static ManagedChannelBuilder<?> builder(String target) {
        return switch (scheme(target)) {
            case "inprocess" ->
                InProcessChannelBuilder.forName(inProcessName(URI.create(target)))
                        .disableRetry();
            case "tcp" -> network(fixed(URI.create(target)));
            case "static", "dns" -> network(target);
            case "sidecar" -> sidecar(target, URI.create(target));
            default ->
                throw new IllegalArgumentException(
                        "target: " + target
                                + " (expected: inprocess:///name, sidecar://host:port/name, tcp://host:port, static:///host:port,host:port or dns:///name:port)");
        };
    }

    private static ManagedChannelBuilder<?> sidecar(String target, URI address) {
        if (address.getPort() < 0 || address.getPath().length() < 2) {
            throw new IllegalArgumentException("target: " + target + " (expected: sidecar://host:port/name)");
        }
        return network(fixed(address)).overrideAuthority(inProcessName(address));
    }

    /** The brackets of an IPv6 address may not stand in a path as they are. */
    private static String fixed(URI address) {
        return "static:///" + address.getAuthority().replace("[", "%5B").replace("]", "%5D");
    }

    private static String scheme(String target) {
        int end = target.indexOf(":/");
        return end < 0 ? "" : target.substring(0, end);
    }

    static String inProcessName(URI address) {
        return address.getPath().substring(1);
    }

    private static ManagedChannelBuilder<?> network(String target) {
        // The one place that decides how channels are secured.
        ChannelCredentials credentials = InsecureChannelCredentials.create();
        return NettyChannelBuilder.forTarget(target, credentials)
                .defaultLoadBalancingPolicy("round_robin")
                .disableServiceConfigLookUp()
                .maxInboundMetadataSize(METADATA_BYTES_MAX)
                .flowControlWindow(STREAM_WINDOW_BYTES)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /** Resolves {@code static:///host:port,host:port} to exactly these addresses. */
    private static final class StaticAddresses extends NameResolverProvider {
        private static final String SCHEME = "static";

        @Override
        public NameResolver newNameResolver(URI target, NameResolver.Args args) {
            if (!SCHEME.equals(target.getScheme())) {
                throw new IllegalArgumentException("scheme: " + target.getScheme() + " (expected: static)");
            }
            String[] names = target.getPath().substring(1).split(",");
            List<EquivalentAddressGroup> addresses = Arrays.stream(names)
                    .map(StaticAddresses::address)
                    .map(EquivalentAddressGroup::new)
                    .toList();
            return new Resolved(names[0], addresses);
        }

        private static SocketAddress address(String hostAndPort) {
            URI uri = URI.create("tcp://" + hostAndPort);
            if (uri.getHost() == null || uri.getPort() < 0) {
                throw new IllegalArgumentException("address: " + hostAndPort + " (expected: host:port)");
            }
            return new InetSocketAddress(uri.getHost(), uri.getPort());
        }

        @Override
        public String getDefaultScheme() {
            return SCHEME;
        }

        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 0;
        }

        @Override
        public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
            return Set.of(InetSocketAddress.class);
        }
    }

    /** Tells its addresses once. */
    private static final class Resolved extends NameResolver {
        private final String authority;
        private final List<EquivalentAddressGroup> addresses;

        Resolved(String authority, List<EquivalentAddressGroup> addresses) {
            this.authority = authority;
            this.addresses = addresses;
        }

        @Override
        public String getServiceAuthority() {
            return authority;
        }

        @Override
        public void start(Listener2 listener) {
            listener.onResult(ResolutionResult.newBuilder()
                    .setAddressesOrError(StatusOr.fromValue(addresses))
                    .build());
        }

        @Override
        public void shutdown() {
            // Nothing is held.
        }
    }
}

package dev.millrace.rpc;

import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

/**
 * Serves one Millrace service on any number of addresses, with the same interceptors, health and limits on each.
 *
 * <p>Every service is NOT_SERVING until {@link #setServing}, so that a process can warm up first. Reflection is offered
 * only where all TCP addresses are loopback. Handlers run on virtual threads, but for the methods that the
 * builder is told to run in place.
 */
public final class GrpcServer implements AutoCloseable {
    private static final int CALLS_PER_CONNECTION_MAX = 1_000;
    private static final int RESETS_MAX = 2_000;
    private static final int RESETS_WINDOW_SECONDS = 10;
    private static final long KEEPALIVE_SECONDS = 20;
    private static final long KEEPALIVE_ANSWER_SECONDS = 5;
    private static final long CALLER_KEEPALIVE_SECONDS_MIN = 10;
    private static final Duration POLL = Duration.ofMillis(20);
    /** What a request may take to arrive at a public door that is told of no other limit. */
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);

    private static final Executor IN_PLACE = Runnable::run;

    private final Map<String, Boolean> serving = new ConcurrentHashMap<>();
    private final HealthStatusManager health = new HealthStatusManager();
    private final InFlight inFlight = new InFlight();
    private final ScheduledExecutorService timer;
    private final List<Server> servers = new ArrayList<>();
    private final List<URI> addresses = new ArrayList<>();
    private final AtomicBoolean draining = new AtomicBoolean();

    private GrpcServer(Builder builder) {
        timer = builder.timer;
        builder.services.forEach(
                service -> serving.put(service.getServiceDescriptor().getName(), false));
        publish();
        for (URI address : builder.listen) {
            try {
                start(address, builder);
            } catch (RuntimeException failure) {
                close();
                throw failure;
            }
        }
    }

    /** Begins a server; the short name, such as {@code billing}, is the domain of the faults that it makes by itself. */
    public static Builder builder(String service) {
        return new Builder(service);
    }

    private void start(URI address, Builder builder) {
        List<ServerServiceDefinition> services = services(builder);
        ServerBuilder<?> transport = transport(address, builder)
                .maxInboundMessageSize(Channels.MESSAGE_BYTES_MAX)
                .addServices(isInProcess(address) ? services : readable(services, builder));
        if (builder.isLoopbackOnly()) {
            transport.addService(ProtoReflectionServiceV1.newInstance());
            addOlderReflection(transport);
        }
        builder.instruments.fit(transport, builder.isPublic);
        Server server = transport.build();
        startOrExplain(server, address, builder.portHint);
        servers.add(server);
        addresses.add(bound(address, server));
        if (isInProcess(address) && !builder.instruments.isOn()) {
            servers.add(new DirectServer(Channels.inProcessName(address), services, builder::executor).start());
        }
    }

    private static boolean isInProcess(URI address) {
        return "inprocess".equals(address.getScheme());
    }

    private List<ServerServiceDefinition> services(Builder builder) {
        List<ServerInterceptor> inOrder = new ArrayList<>(builder.interceptors);
        inOrder.addFirst(inFlight);
        List<ServerServiceDefinition> all = new ArrayList<>();
        all.add(health.getHealthService().bindService());
        builder.services.forEach(service -> all.add(ServerInterceptors.interceptForward(service, inOrder)));
        return all;
    }

    /** Within the process messages are handed over as they are. */
    private static List<ServerServiceDefinition> readable(List<ServerServiceDefinition> services, Builder builder) {
        ReadableMessages messages = new ReadableMessages(builder.service);
        return services.stream().map(messages::of).toList();
    }

    @SuppressWarnings("deprecation") // grpcurl and other tools still ask for v1alpha
    private static void addOlderReflection(ServerBuilder<?> transport) {
        transport.addService(io.grpc.protobuf.services.ProtoReflectionService.newInstance());
    }

    private static ServerBuilder<?> transport(URI address, Builder builder) {
        return switch (String.valueOf(address.getScheme())) {
            case "inprocess" ->
                InProcessServerBuilder.forName(Channels.inProcessName(address))
                        .executor(builder.inPlace.isEmpty() ? builder.executor : IN_PLACE)
                        .callExecutor(builder.executors());
            case "tcp" ->
                builder.limit(NettyServerBuilder.forAddress(socket(address), InsecureServerCredentials.create())
                        .executor(builder.executor)
                        .maxInboundMetadataSize(Channels.METADATA_BYTES_MAX)
                        .flowControlWindow(Channels.STREAM_WINDOW_BYTES)
                        .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                        .maxRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
                        .keepAliveTime(KEEPALIVE_SECONDS, SECONDS)
                        .keepAliveTimeout(KEEPALIVE_ANSWER_SECONDS, SECONDS)
                        .permitKeepAliveTime(CALLER_KEEPALIVE_SECONDS_MIN, SECONDS)
                        .permitKeepAliveWithoutCalls(true));
            default ->
                throw new IllegalArgumentException(
                        "listen: " + address + " (expected: inprocess:///name or tcp://host:port)");
        };
    }

    private static InetSocketAddress socket(URI address) {
        if (address.getHost() == null || address.getPort() < 0) {
            throw new IllegalArgumentException("listen: " + address + " (expected: tcp://host:port)");
        }
        return new InetSocketAddress(address.getHost(), address.getPort());
    }

    private static void startOrExplain(Server server, URI address, String portHint) {
        try {
            server.start();
        } catch (IOException failure) {
            if (PortHolder.isTaken(failure)) {
                throw new PortHolder.PortTaken(address.getPort(), portHint, failure);
            }
            String why = PortHolder.refusal(failure).orElseGet(() -> String.valueOf(failure.getMessage()));
            throw new UncheckedIOException(
                    PortHolder.refused(address.getHost() + ":" + address.getPort(), why), failure);
        }
    }

    private static URI bound(URI address, Server server) {
        return address.getPort() == 0 ? URI.create("tcp://" + address.getHost() + ":" + server.getPort()) : address;
    }

    /** Where it listens, in the order given, with the ports that were found for 0. */
    public List<URI> addresses() {
        return List.copyOf(addresses);
    }

    /** The first TCP port; empty when it listens in-process alone. */
    public OptionalInt port() {
        return addresses.stream()
                .mapToInt(URI::getPort)
                .filter(port -> port >= 0)
                .findFirst();
    }

    /** Tells health checks whether one service, by its full proto name, takes calls. */
    public void setServing(String service, boolean isServing) {
        if (serving.replace(service, isServing) == null) {
            throw new IllegalArgumentException("service: " + service + " (expected: one of " + serving.keySet() + ")");
        }
        publish();
    }

    /** The same for every service here. */
    public void setServing(boolean isServing) {
        serving.replaceAll((service, before) -> isServing);
        publish();
    }

    /** True when every service here takes calls. */
    public boolean isServing() {
        return serving.values().stream().allMatch(Boolean::booleanValue);
    }

    private void publish() {
        serving.forEach((service, isServing) -> health.setStatus(service, status(isServing)));
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status(isServing()));
    }

    private static ServingStatus status(boolean isServing) {
        return isServing ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    /** Calls that have begun and not ended; health and reflection do not count. */
    public int callsInFlight() {
        return inFlight.count();
    }

    /** Says NOT_SERVING for good, takes no more calls, lets those in flight end for so long, then cuts the rest; again: cuts. */
    public void drain(Duration atMost) {
        if (!draining.compareAndSet(false, true)) {
            servers.forEach(Server::shutdownNow);
            return;
        }
        setServing(false);
        health.enterTerminalState();
        servers.forEach(Server::shutdown);
        long end = System.nanoTime() + atMost.toNanos();
        // A health watch never ends by itself, so what is awaited is our own calls and not the transport.
        while (inFlight.count() > 0
                && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            awaitTermination(POLL);
        }
        servers.forEach(Server::shutdownNow);
        awaitTermination(Duration.ofSeconds(1));
        timer.shutdownNow();
    }

    private void awaitTermination(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            for (Server server : servers) {
                server.awaitTermination(Math.max(1, (end - System.nanoTime()) / 1_000_000), MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends at once, cutting what is in flight. */
    @Override
    public void close() {
        drain(Duration.ZERO);
    }

    /** Collects what a server is made of. */
    public static final class Builder {
        private final String service;
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("deadlines-", 0).factory());
        private final List<URI> listen = new ArrayList<>();
        private final List<ServerInterceptor> interceptors = new ArrayList<>();
        private final List<ServerServiceDefinition> services = new ArrayList<>();
        private final Set<String> inPlace = new HashSet<>();
        private final Executor executor = Executors.newVirtualThreadPerTaskExecutor();
        private Instruments instruments = Instruments.NONE;
        private Optional<ConnectionLimits> connectionLimits = Optional.empty();
        private boolean isPublic;
        private String portHint = "";

        private Builder(String service) {
            this.service = service;
        }

        /** {@code inprocess:///billing} or {@code tcp://127.0.0.1:9090}; port 0 takes a free one. May be repeated. */
        public Builder listen(String address) {
            listen.add(URI.create(address));
            return this;
        }

        public Builder listen(List<String> all) {
            all.forEach(this::listen);
            return this;
        }

        /** The sentence after "port N is taken by …", such as which flag chooses another. */
        public Builder portHint(String hint) {
            portHint = hint;
            return this;
        }

        /** What every inner service wants around its handlers: ids from the headers, echoed; no exception escapes. */
        public Builder innerDoor() {
            return intercept(CallContext.server(), new RequestIdEcho(), new LastResort(service));
        }

        /** The same for callers from outside, whose inner headers are removed and whose deadline is bounded. */
        public Builder publicDoor() {
            return publicDoor(REQUEST_LIMIT);
        }

        /** The same, with a limit of its own for the arrival of a request. */
        public Builder publicDoor(Duration requestLimit) {
            isPublic = true;
            return intercept(
                    new InnerHeaderFilter(),
                    CallContext.server(),
                    new RequestIdEcho(),
                    new RequestArrival(requestLimit),
                    new DeadlineCap(Deadlines.LONGEST, timer),
                    new LastResort(service));
        }

        /** How long connections over TCP may be held; without it, as long as their callers answer. */
        public Builder connections(ConnectionLimits limits) {
            connectionLimits = Optional.of(limits);
            return this;
        }

        private NettyServerBuilder limit(NettyServerBuilder transport) {
            return connectionLimits.map(limits -> limits.fit(transport)).orElse(transport);
        }

        /** What traces and measures the calls, outside of every interceptor. */
        public Builder instruments(Instruments fitted) {
            instruments = fitted;
            return this;
        }

        /** Adds interceptors inside of those that were added before; the first given sees a call first. */
        public Builder intercept(ServerInterceptor... more) {
            interceptors.addAll(Arrays.asList(more));
            return this;
        }

        public Builder service(BindableService more) {
            return service(more.bindService());
        }

        public Builder service(ServerServiceDefinition more) {
            services.add(more);
            return this;
        }

        /**
         * Methods whose handlers take less than handing them to another thread would: within a process they run on their
         * caller's thread. Over TCP that would be the event loop of many connections, so there they run like all others.
         */
        public Builder inPlace(MethodDescriptor<?, ?>... methods) {
            Arrays.stream(methods).map(MethodDescriptor::getFullMethodName).forEach(inPlace::add);
            return this;
        }

        private ServerCallExecutorSupplier executors() {
            return new ServerCallExecutorSupplier() {
                @Override
                public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
                    return Builder.this.executor(call.getMethodDescriptor().getFullMethodName());
                }
            };
        }

        private Executor executor(String method) {
            return inPlace.contains(method) ? IN_PLACE : executor;
        }

        /** Starts on every address, or on none: a taken port throws {@link PortHolder.PortTaken}. */
        public GrpcServer start() {
            if (listen.isEmpty()) {
                throw new IllegalArgumentException("listen: nothing (expected: at least one address)");
            }
            return new GrpcServer(this);
        }

        private boolean isLoopbackOnly() {
            List<URI> network =
                    listen.stream().filter(uri -> "tcp".equals(uri.getScheme())).toList();
            return !network.isEmpty() && network.stream().allMatch(uri -> isLoopback(uri.getHost()));
        }

        private static boolean isLoopback(String host) {
            try {
                return InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException unknown) {
                return false;
            }
        }
    }

    /** Counts calls from their start to their completion or cancellation. */
    private static final class InFlight implements ServerInterceptor {
        private final AtomicInteger calls = new AtomicInteger();

        int count() {
            return calls.get();
        }

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            calls.incrementAndGet();
            return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
                @Override
                public void onComplete() {
                    calls.decrementAndGet();
                    super.onComplete();
                }

                @Override
                public void onCancel() {
                    calls.decrementAndGet();
                    super.onCancel();
                }
            };
        }
    }
}

package dev.millrace.rpc;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects what a {@link GrpcServer} is made of: its addresses, its services, and what stands around their handlers. */
public final class GrpcServerBuilder {
    private final String name;
    private final List<URI> addresses = new ArrayList<>();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();
    private final List<ServerServiceDefinition> services = new ArrayList<>();
    private final Set<String> inPlace = new HashSet<>();
    private Instruments instruments = Instruments.NONE;
    private Optional<ConnectionLimits> connections = Optional.empty();
    private Optional<RequestArrival> arrival = Optional.empty();
    private boolean isPublic;
    private String portHint = "";

    GrpcServerBuilder(String name) {
        this.name = name;
    }

    /** {@code inprocess:///billing} or {@code tcp://127.0.0.1:9090}; port 0 takes a free one. May be repeated. */
    public GrpcServerBuilder listen(String address) {
        addresses.add(URI.create(address));
        return this;
    }

    public GrpcServerBuilder listen(List<String> all) {
        all.forEach(this::listen);
        return this;
    }

    /** The sentence after "port N is taken by …", such as which flag chooses another. */
    public GrpcServerBuilder portHint(String hint) {
        portHint = hint;
        return this;
    }

    /** What every inner service wants around its handlers: ids from the headers, echoed; no exception escapes. */
    public GrpcServerBuilder innerDoor() {
        return intercept(CallContext.server(), new RequestIdEcho(), new LastResort(name));
    }

    /**
     * The same for callers from outside, whose inner headers are removed and whose deadline is bounded.
     *
     * @param requestLimit for how long a request may be on its way
     */
    public GrpcServerBuilder publicDoor(Duration requestLimit) {
        isPublic = true;
        RequestArrival inTime = new RequestArrival(requestLimit);
        arrival = Optional.of(inTime);
        return intercept(
                new InnerHeaderFilter(),
                CallContext.server(),
                new RequestIdEcho(),
                inTime,
                new DeadlineCap(name, Deadlines.LONGEST),
                new LastResort(name));
    }

    /** How many connections over TCP may be held, and for how long; without it, any, while their callers answer. */
    public GrpcServerBuilder connections(ConnectionLimits limits) {
        connections = Optional.of(limits);
        return this;
    }

    /** What traces and measures the calls, outside of every interceptor. */
    public GrpcServerBuilder instruments(Instruments fitted) {
        instruments = fitted;
        return this;
    }

    /** Adds interceptors inside of those that were added before; the first given sees a call first. */
    public GrpcServerBuilder intercept(ServerInterceptor... more) {
        interceptors.addAll(Arrays.asList(more));
        return this;
    }

    public GrpcServerBuilder service(BindableService more) {
        return service(more.bindService());
    }

    public GrpcServerBuilder service(ServerServiceDefinition more) {
        services.add(more);
        return this;
    }

    /**
     * Methods whose handlers take less than handing them to another thread would: within a process they run on their
     * caller's thread. Over TCP that would be the event loop of many connections, so there they run like all others.
     */
    public GrpcServerBuilder inPlace(MethodDescriptor<?, ?>... methods) {
        Arrays.stream(methods).map(MethodDescriptor::getFullMethodName).forEach(inPlace::add);
        return this;
    }

    /** Starts on every address, or on none: a taken port throws {@link PortHolder.PortTaken}. */
    public GrpcServer start() {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("listen: nothing (expected: at least one address)");
        }
        return new GrpcServer(this);
    }

    String name() {
        return name;
    }

    List<URI> addresses() {
        return addresses;
    }

    /** As they were given, without anything around them. */
    List<ServerServiceDefinition> services() {
        return services;
    }

    /** What the server offers by itself, whose calls a public door waits for no longer than for others. */
    ServerServiceDefinition arriving(ServerServiceDefinition own) {
        return ServerInterceptors.intercept(
                own, arrival.<List<ServerInterceptor>>map(List::of).orElse(List.of()));
    }

    /** The services inside of the interceptors, and these inside of one more. */
    List<ServerServiceDefinition> intercepted(ServerInterceptor outermost) {
        List<ServerInterceptor> inOrder = new ArrayList<>(interceptors);
        inOrder.addFirst(outermost);
        return services.stream()
                .map(service -> ServerInterceptors.interceptForward(service, inOrder))
                .toList();
    }

    HandlerThreads threads() {
        return new HandlerThreads(inPlace);
    }

    Instruments instruments() {
        return instruments;
    }

    Optional<ConnectionLimits> connections() {
        return connections;
    }

    boolean isPublic() {
        return isPublic;
    }

    String portHint() {
        return portHint;
    }
}

package dev.millrace.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Takes the calls of {@link DirectChannel}s, by its name, once it is started. */
final class DirectServer extends Server {
    private static final ConcurrentMap<String, DirectServer> STARTED = new ConcurrentHashMap<>();

    private final String name;
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
    private final Function<String, Executor> executors;
    private final OpenCalls calls = new OpenCalls();

    /** @param executors where the handler of a method runs, by the method's full name */
    DirectServer(String name, List<ServerServiceDefinition> services, Function<String, Executor> executors) {
        this.name = name;
        this.executors = executors;
        for (ServerServiceDefinition service : services) {
            service.getMethods()
                    .forEach(method -> methods.put(method.getMethodDescriptor().getFullMethodName(), method));
        }
    }

    static Optional<DirectServer> named(String name) {
        return Optional.ofNullable(STARTED.get(name));
    }

    /** Whether messages as this descriptor's marshallers take and give them are those of the handler. */
    boolean serves(MethodDescriptor<?, ?> method) {
        ServerMethodDefinition<?, ?> found = methods.get(method.getFullMethodName());
        return found != null && found.getMethodDescriptor() == method;
    }

    /** The handler of a method that is served. */
    @SuppressWarnings("unchecked") // the definition's own descriptor is the method
    <Q, A> ServerCallHandler<Q, A> handler(MethodDescriptor<Q, A> method) {
        ServerMethodDefinition<Q, A> found =
                (ServerMethodDefinition<Q, A>) Objects.requireNonNull(methods.get(method.getFullMethodName()));
        return found.getServerCallHandler();
    }

    Executor executor(String method) {
        return executors.apply(method);
    }

    OpenCalls calls() {
        return calls;
    }

    @Override
    public Server start() {
        if (STARTED.putIfAbsent(name, this) != null) {
            throw new IllegalStateException("inprocess:///" + name + " is taken");
        }
        return this;
    }

    @Override
    public Server shutdown() {
        STARTED.remove(name, this);
        calls.close();
        return this;
    }

    @Override
    public Server shutdownNow() {
        shutdown();
        calls.cut(Status.UNAVAILABLE.withDescription(name + " has ended"));
        return this;
    }

    @Override
    public boolean isShutdown() {
        return calls.isClosed();
    }

    @Override
    public boolean isTerminated() {
        return calls.hasEnded();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return calls.awaitEnd(timeout, unit);
    }

    @Override
    public void awaitTermination() throws InterruptedException {
        calls.awaitEnd(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }
}

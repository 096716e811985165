package dev.millrace.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A channel to a server in the same process that hands calls straight to its handlers: the interceptors, contexts, deadlines,
 * cancellation and flow control of any call, without a transport's threads, timers and headers, which cost more than most
 * handlers do. Where no {@link DirectServer} of its name is started, or the two ends hold different forms of the messages, gRPC's
 * own in-process transport takes the call, and says what there is to say.
 */
final class DirectChannel extends ManagedChannel {
    private final String server;
    private final ManagedChannel transport;
    private final Executor executor;
    private final Channel intercepted;
    private final OpenCalls calls = new OpenCalls();

    /**
     * @param transport the way to the same server over gRPC's transport, without interceptors; this ends it
     * @param executor where listeners of calls run that name no other place
     */
    DirectChannel(String server, ManagedChannel transport, Executor executor, List<ClientInterceptor> interceptors) {
        this.server = server;
        this.transport = transport;
        this.executor = executor;
        this.intercepted = ClientInterceptors.intercept(new Straight(), interceptors);
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return intercepted.newCall(method, options);
    }

    @Override
    public String authority() {
        return server;
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return transport.getState(requestConnection);
    }

    @Override
    public ManagedChannel shutdown() {
        calls.close();
        transport.shutdown();
        return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
        calls.cut(Status.UNAVAILABLE.withDescription("the channel was shut down"));
        transport.shutdownNow();
        return this;
    }

    @Override
    public boolean isShutdown() {
        return transport.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return calls.hasEnded() && transport.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        return calls.awaitEnd(timeout, unit)
                && transport.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** The channel within the interceptors. */
    private final class Straight extends Channel {
        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            Optional<DirectServer> there = DirectServer.named(server).filter(found -> found.serves(method));
            if (there.isEmpty() || calls.isClosed()) {
                return transport.newCall(method, options);
            }
            Executor listening = options.getExecutor() == null ? executor : options.getExecutor();
            return new DirectCall<>(method, options, there.get(), calls, listening).caller();
        }

        @Override
        public String authority() {
            return server;
        }
    }
}

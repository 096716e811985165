package dev.millrace.rpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

/**
 * Serves one Millrace service on any number of addresses, with the same interceptors, health and limits on each.
 *
 * <p>Every service is NOT_SERVING until {@link #setServing}, so that a process can warm up first. Reflection is offered
 * only where all TCP addresses are loopback. Handlers run on virtual threads, but for the methods that the
 * builder is told to run in place.
 */
public final class GrpcServer implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final ServingStates serving;
    private final CallsInFlight inFlight = new CallsInFlight();
    private final List<Server> servers = new ArrayList<>();
    private final List<URI> addresses = new ArrayList<>();
    private final AtomicBoolean draining = new AtomicBoolean();

    GrpcServer(GrpcServerBuilder settings) {
        serving = new ServingStates(settings.services());
        List<ServerServiceDefinition> services = new ArrayList<>(settings.intercepted(inFlight));
        services.addFirst(settings.arriving(serving.service()));
        ServerTransports transports = new ServerTransports(settings, services);
        for (URI address : settings.addresses()) {
            try {
                start(address, transports);
            } catch (RuntimeException failure) {
                close();
                throw failure;
            }
        }
    }

    /** Begins a server; the short name, such as {@code billing}, is the domain of the faults that it makes by itself. */
    public static GrpcServerBuilder builder(String service) {
        return new GrpcServerBuilder(service);
    }

    private void start(URI address, ServerTransports transports) {
        Server server = transports.start(address);
        servers.add(server);
        addresses.add(bound(address, server));
        transports.startDirect(address).ifPresent(servers::add);
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

    /** Tells health checks whether the services here take calls. */
    public void setServing(boolean isServing) {
        serving.setAll(isServing);
    }

    /** True when every service here takes calls. */
    public boolean isServing() {
        return serving.areAll();
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
        serving.end();
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
}

package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.mesh.envoy.EdgePorts;
import dev.millrace.rpc.PortHolder;
import dev.millrace.runtime.ConfigurationFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Gives out the ports of a mesh, all in one range on loopback: the first ten for what there is once, then ten for each
 * instance. Safe for use by several threads.
 */
final class Ports {
    private static final int STEP = 10;
    private static final int INSTANCES_MAX = 100;
    private static final int BASE_MIN = 1024;
    private static final int BASE_MAX = 65_535 - STEP * (INSTANCES_MAX + 1);
    private static final String HINT = "Choose another range with --port-base, or end the process";

    private final int base;
    private final EdgePorts doors;
    private final BitSet used = new BitSet();

    /**
     * @param doors of which it gives out none
     */
    Ports(int base, EdgePorts doors) {
        requireRange(base, doors);
        this.base = base;
        this.doors = doors;
    }

    /** Refuses a range without room, or in which Consul or another of those that there is once would take a door. */
    static void requireRange(int base, EdgePorts doors) {
        if (base < BASE_MIN || base > BASE_MAX) {
            throw new ConfigurationFault(
                    List.of("--port-base: " + base + " (expected: " + BASE_MIN + " to " + BASE_MAX + ")"));
        }
        IntStream.of(doors.grpc(), doors.http())
                .filter(door -> door >= base && door < base + STEP)
                .findFirst()
                .ifPresent(door -> {
                    throw new ConfigurationFault(
                            List.of(
                                    "--port-base: " + base + " (the outer door has port " + door
                                            + " of the first " + STEP
                                            + "). Choose another range with --port-base, or another door with --http-port or --grpc-port"));
                });
    }

    int consulHttp() {
        return base;
    }

    int consulServer() {
        return base + 1;
    }

    int consulGossip() {
        return base + 2;
    }

    /** Of the database under a shared ledger. */
    int database() {
        return base + 3;
    }

    /** Where the collector takes what services and sidecars tell. */
    int otlp() {
        return base + 4;
    }

    /** Where the collector offers the metrics. */
    int metrics() {
        return base + 5;
    }

    /** Checks the ports of what there is once, so that a start stops before anything was started. */
    void requireFree(boolean withDatabase, boolean withCollector) {
        IntStream.of(consulHttp(), consulServer(), consulGossip()).forEach(port -> requireFree(port, HINT));
        if (withDatabase) {
            requireFree(database(), HINT);
        }
        if (withCollector) {
            requireFree(otlp(), HINT);
            requireFree(metrics(), HINT);
        }
    }

    /** The next ports for an instance; one that is taken is an error. */
    synchronized Instance next(String service, int number) {
        Instance instance = slots(service, number).findFirst().orElseThrow(Ports::full);
        instance.ports().forEach(port -> requireFree(port, HINT));
        return keep(instance);
    }

    /** The next ports of which none is taken: where a mesh runs already, its range cannot be changed. */
    synchronized Instance nextFree(String service, int number) {
        return keep(slots(service, number)
                .filter(instance -> instance.ports().stream().allMatch(Ports::isFree))
                .findFirst()
                .orElseThrow(Ports::full));
    }

    private Stream<Instance> slots(String service, int number) {
        return IntStream.range(0, INSTANCES_MAX)
                .filter(slot -> !used.get(slot))
                .mapToObj(slot -> new Instance(service, number, base + STEP * (slot + 1)))
                .filter(instance -> !instance.ports().contains(doors.grpc())
                        && !instance.ports().contains(doors.http()));
    }

    private static IllegalArgumentException full() {
        return new IllegalArgumentException("instances: more than " + INSTANCES_MAX
                + " on one machine, or the ports of the others are taken by other processes");
    }

    private Instance keep(Instance instance) {
        used.set(slot(instance));
        return instance;
    }

    synchronized void giveBack(Instance instance) {
        used.clear(slot(instance));
    }

    private int slot(Instance instance) {
        return (instance.firstPort() - base) / STEP - 1;
    }

    private static boolean isFree(int port) {
        try {
            probe(port);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static void probe(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    static void requireFree(int port, String hint) {
        try {
            probe(port);
        } catch (IOException failure) {
            throw new IllegalStateException(complaint(port, hint, failure), failure);
        }
    }

    /** Not each port that cannot be opened is another's. */
    static String complaint(int port, String hint, IOException failure) {
        String why = String.valueOf(failure.getMessage());
        return why.contains("in use")
                ? PortHolder.taken(port, hint)
                : "port " + port + " cannot be opened: " + why + ". " + hint;
    }

    /** Any free port, for a door whose number does not matter. */
    static int anyFree() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return probe.getLocalPort();
        } catch (IOException failure) {
            throw new IllegalStateException("no port is free: " + failure.getMessage(), failure);
        }
    }
}

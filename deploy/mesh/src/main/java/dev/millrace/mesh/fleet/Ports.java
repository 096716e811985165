package dev.millrace.mesh.fleet;

import dev.millrace.mesh.Instance;
import dev.millrace.rpc.PortHolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Gives out the ports of a mesh, all in one range on loopback: the first ten for what there is once, then ten for each
 * instance. Not safe for use by several threads.
 */
final class Ports {
    private static final int STEP = 10;
    private static final int INSTANCES_MAX = 100;
    private static final String HINT = "Choose another range with --port-base, or end the process";

    private final int base;
    private final BitSet used = new BitSet();

    Ports(int base) {
        if (base < 1024 || base + STEP * (INSTANCES_MAX + 1) > 65_535) {
            throw new IllegalArgumentException(
                    "--port-base: " + base + " (expected: 1024 to " + (65_535 - STEP * (INSTANCES_MAX + 1)) + ")");
        }
        this.base = base;
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

    /** The next ports for an instance. */
    Instance next(String service, int number) {
        int slot = used.nextClearBit(0);
        if (slot >= INSTANCES_MAX) {
            throw new IllegalArgumentException("instances: more than " + INSTANCES_MAX + " on one machine");
        }
        Instance instance = new Instance(service, number, base + STEP * (slot + 1));
        instance.ports().forEach(port -> requireFree(port, HINT));
        used.set(slot);
        return instance;
    }

    void giveBack(Instance instance) {
        used.clear((instance.firstPort() - base) / STEP - 1);
    }

    static void requireFree(int port, String hint) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            throw new IllegalStateException(PortHolder.taken(port, hint), taken);
        }
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

package dev.millrace.mesh;

import java.util.List;

/**
 * One process of a service with its sidecar, and the ports of both, all on loopback.
 *
 * @param number from 1 within its service
 * @param firstPort the first of the {@link #PORTS} that belong to it
 */
public record Instance(String service, int number, int firstPort) {
    /** How many ports each instance has. */
    public static final int PORTS = 5;

    private static final String WITH_HTTP = "gateway";

    /** Its name everywhere, such as {@code billing-1}. */
    public String id() {
        return service + "-" + number;
    }

    /** Where the service itself takes calls: for its own sidecar and for health checks. */
    public int servicePort() {
        return firstPort;
    }

    /** Where its sidecar takes calls of other sidecars. */
    public int ingressPort() {
        return firstPort + 1;
    }

    /** Where its sidecar takes the service's own calls to others. */
    public int egressPort() {
        return firstPort + 2;
    }

    /** Where the service's HTTP door listens, if it has one. */
    public int httpPort() {
        return firstPort + 3;
    }

    /** Where its sidecar takes HTTP calls for that door. */
    public int httpIngressPort() {
        return firstPort + 4;
    }

    /** Whether the service has an HTTP door beside its gRPC one. */
    public boolean hasHttp() {
        return service.equals(WITH_HTTP);
    }

    /** The ports that it listens on. */
    public List<Integer> ports() {
        return hasHttp()
                ? List.of(servicePort(), ingressPort(), egressPort(), httpPort(), httpIngressPort())
                : List.of(servicePort(), ingressPort(), egressPort());
    }
}

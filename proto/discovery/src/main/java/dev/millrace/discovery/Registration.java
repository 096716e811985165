package dev.millrace.discovery;

import java.util.Map;
import java.util.TreeMap;

/**
 * What Consul is told of one instance.
 *
 * @param service the name that peers ask for, such as {@code billing}
 * @param health where the instance itself answers gRPC health checks; its sidecar would refuse the agent, which has no
 *     certificate
 * @param serving whether it takes calls as far as it knows; says so until the agent has asked it
 * @param facts what peers choose by, such as its models; see {@link Facts}
 */
public record Registration(String service, Place place, Address health, boolean serving, Map<String, String> facts) {
    private static final String HTTP_PORT = "http-port";

    public Registration {
        facts = Map.copyOf(facts);
    }

    Map<String, String> meta() {
        Map<String, String> meta = new TreeMap<>(facts);
        place.httpIngress().ifPresent(address -> meta.put(HTTP_PORT, Integer.toString(address.port())));
        return meta;
    }
}

package dev.millrace.discovery;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where this process stands in a mesh, as its environment says. A process that is told nothing registers nowhere.
 *
 * @param consul the agent of this host, such as {@code http://127.0.0.1:8500}
 * @param instance the name of this one instance, such as {@code billing-1}
 * @param ingress where others reach it: its sidecar, or itself where it has none
 * @param httpIngress the same for a second door that speaks HTTP
 */
public record Place(URI consul, String instance, Address ingress, Optional<Address> httpIngress) {
    private static final int PORT_MAX = 65_535;

    static final String CONSUL = "MILLRACE_CONSUL";
    static final String INSTANCE = "MILLRACE_INSTANCE";
    static final String INGRESS = "MILLRACE_INGRESS";
    static final String HTTP_INGRESS = "MILLRACE_HTTP_INGRESS";

    /**
     * What the variables MILLRACE_CONSUL, MILLRACE_INSTANCE, MILLRACE_INGRESS and MILLRACE_HTTP_INGRESS say.
     *
     * @throws IllegalArgumentException when some are given and others are missing or malformed
     */
    public static Optional<Place> of(Map<String, String> environment) {
        String consul = environment.getOrDefault(CONSUL, "");
        if (consul.isEmpty()) {
            return Optional.empty();
        }
        String instance = required(environment, INSTANCE, "a name such as billing-1");
        if (!instance.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException(
                    INSTANCE + ": \"" + instance + "\" (expected: letters, digits and dashes)");
        }
        String http = environment.getOrDefault(HTTP_INGRESS, "");
        return Optional.of(new Place(
                agent(consul),
                instance,
                Address.parse(INGRESS, required(environment, INGRESS, "host:port of its sidecar")),
                http.isEmpty() ? Optional.empty() : Optional.of(Address.parse(HTTP_INGRESS, http))));
    }

    private static URI agent(String text) {
        URI agent = text.matches("http://[A-Za-z0-9.-]+:[0-9]{1,5}") ? URI.create(text) : null;
        if (agent == null || agent.getPort() > PORT_MAX) {
            throw new IllegalArgumentException(CONSUL + ": \"" + text + "\" (expected: http://host:port)");
        }
        return agent;
    }

    private static String required(Map<String, String> environment, String name, String expected) {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException(
                    name + " is missing although " + CONSUL + " is set (expected: " + expected + ")");
        }
        return value;
    }
}

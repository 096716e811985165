package dev.millrace.discovery;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;

/**
 * The part of Consul's HTTP API that an instance needs, on the agent of its own host. Calls block for at most 3 s.
 *
 * <p>Two checks decide whether an instance is offered to others: gRPC health on the service itself, and a TCP connection to
 * its sidecar. One that stays critical for a minute is forgotten.
 */
public final class ConsulAgent implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final String CHECK_EVERY = "1s";
    private static final String CHECK_WITHIN = "800ms";
    private static final String FORGOTTEN_AFTER = "1m";
    private static final int SHOWN_LENGTH_MAX = 80;
    private static final String REGISTER = "/v1/agent/service/register";
    private static final int OK = 200;
    private static final int SERVER_FAULTS = 500;
    /** Refusals that a later question may be spared: it took too long, or there were too many calls or connections. */
    private static final Set<Integer> REFUSED_FOR_NOW = Set.of(408, 429);

    private final URI address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    public ConsulAgent(URI address) {
        this.address = address;
    }

    /** Adds an instance, or brings what is known of it up to date; its checks keep their state. */
    public void register(Registration registration) throws ConsulFault {
        String answer = send("PUT", REGISTER, json(registration).toString());
        if (!answer.isBlank()) {
            // Consul takes note without a word; a server with a page for everything would be taken for it.
            throw nonsense("PUT " + REGISTER, answer);
        }
    }

    /** Removes an instance; nothing happens when it is not known. */
    public void deregister(String instance) throws ConsulFault {
        try {
            send("PUT", "/v1/agent/service/deregister/" + instance, "");
        } catch (ConsulFault fault) {
            if (fault.kind() != ConsulFault.Kind.UNKNOWN_SERVICE) {
                throw fault;
            }
        }
    }

    /** Asks who leads, so that what answers is known to be Consul and ready; empty: nobody yet. */
    public String leader() throws ConsulFault {
        JsonElement leader = ask("/v1/status/leader");
        if (!leader.isJsonPrimitive()) {
            throw nonsense("GET /v1/status/leader", leader.toString());
        }
        return leader.getAsString();
    }

    /** Every instance of a service with the state of its checks, as {@code /v1/health/service} gives it. */
    public JsonArray health(String service) throws ConsulFault {
        String path = "/v1/health/service/" + service;
        JsonElement instances = ask(path);
        if (!instances.isJsonArray()) {
            throw nonsense("GET " + path, instances.toString());
        }
        return instances.getAsJsonArray();
    }

    private static JsonObject json(Registration registration) {
        Place place = registration.place();
        JsonArray checks = new JsonArray();
        // Who registers knows whether it serves; a second later the checks know better. One that cannot work is
        // forgotten after a minute and comes back with the next heartbeat: nobody is offered it for that.
        String health = registration.serving() ? "passing" : "critical";
        checks.add(check(place.instance() + ":service", "GRPC", registration.health(), health));
        checks.add(check(place.instance() + ":sidecar", "TCP", place.ingress(), "passing"));
        JsonObject meta = new JsonObject();
        registration.meta().forEach(meta::addProperty);
        JsonObject service = new JsonObject();
        service.addProperty("Name", registration.service());
        service.addProperty("ID", place.instance());
        service.addProperty("Address", place.ingress().host());
        service.addProperty("Port", place.ingress().port());
        service.add("Meta", meta);
        service.add("Checks", checks);
        return service;
    }

    private static JsonObject check(String id, String kind, Address address, String status) {
        JsonObject check = new JsonObject();
        check.addProperty("CheckID", id);
        check.addProperty("Name", id);
        check.addProperty(kind, address.toString());
        check.addProperty("Status", status);
        check.addProperty("Interval", CHECK_EVERY);
        check.addProperty("Timeout", CHECK_WITHIN);
        check.addProperty("DeregisterCriticalServiceAfter", FORGOTTEN_AFTER);
        return check;
    }

    private String send(String method, String path, String body) throws ConsulFault {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != OK) {
                throw new ConsulFault(
                        "Consul at " + address + " answered " + response.statusCode() + " to " + method + " " + path
                                + ": " + shown(response.body()) + " (expected: 200)",
                        kind(response),
                        null);
            }
            return response.body();
        } catch (ProtocolException notHttp) {
            throw new ConsulFault(
                    "what listens at " + address + " is no Consul: it does not speak HTTP (" + notHttp.getMessage()
                            + ")",
                    ConsulFault.Kind.REFUSED,
                    notHttp);
        } catch (IOException failure) {
            throw new ConsulFault(
                    "Consul at " + address + " does not answer: " + failure, ConsulFault.Kind.AWAY, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ConsulFault("interrupted while asking Consul at " + address, ConsulFault.Kind.AWAY, interrupted);
        }
    }

    /** One that starts, or has no leader, answers 500, and a proxy before one that is away with 502 to 504. */
    private static ConsulFault.Kind kind(HttpResponse<String> response) {
        if (response.body().contains("Unknown service ID")) {
            return ConsulFault.Kind.UNKNOWN_SERVICE;
        }
        int status = response.statusCode();
        return status >= SERVER_FAULTS || REFUSED_FOR_NOW.contains(status)
                ? ConsulFault.Kind.AWAY
                : ConsulFault.Kind.REFUSED;
    }

    private JsonElement ask(String path) throws ConsulFault {
        String answer = send("GET", path, "");
        try {
            return JsonParser.parseString(answer);
        } catch (JsonParseException malformed) {
            throw nonsense("GET " + path, answer);
        }
    }

    private ConsulFault nonsense(String question, String answer) {
        return new ConsulFault(
                "what listens at " + address + " is no Consul: it answered " + shown(answer) + " to " + question,
                ConsulFault.Kind.REFUSED,
                null);
    }

    private static String shown(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return "\"" + (line.length() > SHOWN_LENGTH_MAX ? line.substring(0, SHOWN_LENGTH_MAX) + "…" : line) + "\"";
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

package dev.millrace.discovery;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent that remembers registrations, forgets them when told to, and can talk nonsense. */
final class FakeConsul implements AutoCloseable {
    final Map<String, JsonObject> services = new ConcurrentHashMap<>();
    volatile int status = 200;
    /** What it says to a registration; Consul takes note without a word. */
    volatile String noted = "";
    /** Registrations that were refused. */
    final AtomicInteger refused = new AtomicInteger();

    volatile String leader = "\"127.0.0.1:8300\"";
    private final HttpServer server;

    FakeConsul() throws IOException {
        this(0);
    }

    FakeConsul(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String answer = "page not found";
        if (status == 200 && path.equals("/v1/agent/service/register")) {
            JsonObject service = JsonParser.parseString(body).getAsJsonObject();
            services.put(service.get("ID").getAsString(), service);
            answer = noted;
        } else if (path.equals("/v1/agent/service/register")) {
            refused.incrementAndGet();
        } else if (path.startsWith("/v1/agent/service/deregister/")) {
            services.remove(path.substring(path.lastIndexOf('/') + 1));
            answer = "";
        } else if (path.equals("/v1/status/leader")) {
            answer = leader;
        } else if (path.startsWith("/v1/health/service/")) {
            answer = health(path.substring(path.lastIndexOf('/') + 1));
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String health(String service) {
        JsonArray instances = new JsonArray();
        services.values().stream()
                .filter(known -> known.get("Name").getAsString().equals(service))
                .forEach(known -> {
                    JsonObject instance = new JsonObject();
                    instance.add("Service", known);
                    instances.add(instance);
                });
        return instances.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

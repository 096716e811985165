package dev.millrace.runtime;

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

/** A Consul agent that keeps what it is told, and does something when an instance leaves, before it answers. */
final class FakeAgent implements AutoCloseable {
    final Map<String, JsonObject> registered = new ConcurrentHashMap<>();
    volatile Runnable whenOneLeaves = () -> {};
    /** Whether it refuses to register anything. */
    volatile boolean refuses;

    private final HttpServer server;

    FakeAgent() throws IOException {
        this(0);
    }

    FakeAgent(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/v1/agent/service/register", this::register);
        server.createContext("/v1/agent/service/deregister/", this::deregister);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void register(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonObject service = JsonParser.parseString(body).getAsJsonObject();
        if (refuses) {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
            return;
        }
        registered.put(service.get("ID").getAsString(), service);
        done(exchange);
    }

    private void deregister(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        registered.remove(path.substring(path.lastIndexOf('/') + 1));
        whenOneLeaves.run();
        done(exchange);
    }

    private static void done(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

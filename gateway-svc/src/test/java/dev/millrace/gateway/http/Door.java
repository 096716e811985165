package dev.millrace.gateway.http;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The door on a free port, with scripted turns behind it. */
final class Door implements AutoCloseable {
    static final String CHAT = "/v1/chat/completions";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    final ScriptedTurns turns;
    final FixedCallers callers;
    private final ApplicationContext context;
    private final HttpDoor door;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Door(ApplicationContext context) {
        this.context = context;
        turns = context.getBean(ScriptedTurns.class);
        callers = context.getBean(FixedCallers.class);
        door = context.getBean(HttpDoor.class);
    }

    static Door open(String... settings) {
        Map<String, Object> properties =
                new HashMap<>(Map.of("millrace.service", "gateway", "gateway.door-test", true, "gateway.http.port", 0));
        for (int i = 0; i < settings.length; i += 2) {
            properties.put("gateway.http." + settings[i], settings[i + 1]);
        }
        ApplicationContext context = ApplicationContext.builder()
                .deduceEnvironment(false)
                .overrideConfigLocations("classpath:gateway/")
                .properties(properties)
                .start();
        Door opened = new Door(context);
        opened.door.open();
        return opened;
    }

    int port() {
        return door.port();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(LIMIT);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).GET();
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port());
    }

    /** A request's bytes with a Host and a length. */
    static String raw(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Override
    public void close() {
        door.close();
        context.close();
    }
}

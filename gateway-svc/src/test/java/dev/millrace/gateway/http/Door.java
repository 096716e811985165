package dev.millrace.gateway.http;

import dev.millrace.gateway.PromptRoom;
import io.micronaut.context.ApplicationContext;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;

/** The door on a free port, with scripted turns behind it. */
final class Door implements AutoCloseable {
    static final String CHAT = "/v1/chat/completions";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** What a test's field holds before it opens one. */
    static final Door CLOSED = new Door(Optional.empty());

    private final Optional<ApplicationContext> context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Door(Optional<ApplicationContext> context) {
        this.context = context;
    }

    private <T> T bean(Class<T> type) {
        return context.orElseThrow().getBean(type);
    }

    ScriptedTurns turns() {
        return bean(ScriptedTurns.class);
    }

    FixedCallers callers() {
        return bean(FixedCallers.class);
    }

    FixedModels models() {
        return bean(FixedModels.class);
    }

    BlockingQueue<Channel> connections() {
        return bean(OutboundLimitTest.Connections.class).taken;
    }

    HttpConfig config() {
        return bean(HttpConfig.class);
    }

    PromptRoom room() {
        return bean(PromptRoom.class);
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
        context.getBean(HttpDoor.class).open();
        return new Door(Optional.of(context));
    }

    int port() {
        return bean(HttpDoor.class).port();
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

    @Override
    public void close() {
        context.ifPresent(running -> {
            running.getBean(HttpDoor.class).close();
            running.close();
        });
    }
}

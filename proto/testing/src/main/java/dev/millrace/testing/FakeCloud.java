package dev.millrace.testing;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An OpenAI-compatible cloud on loopback that fails on demand: the model's name chooses the fault ({@link CloudScript}), and
 * every request is kept with what came of it.
 *
 * <p>It speaks {@code /v1/chat/completions} (streamed or whole), {@code /v1/embeddings} and {@code /v1/models}. Also a
 * program: {@code FakeCloud --port 9999 --log FILE}, which writes a line of JSON as a request arrives and one as it ends.
 */
public final class FakeCloud implements AutoCloseable {
    private static final Gson JSON = new Gson();
    private static final List<String> VOCABULARY =
            List.of("the", " mill", " grinds", " für", " 日本", " 🙂", " and", " sings", " añil", " slowly");

    private final ServerSocket server;
    private final CloudLog log;
    private final Queue<CloudAttempt> attempts = new ConcurrentLinkedQueue<>();
    private final Map<String, ModelCalls> calls = new ConcurrentHashMap<>();
    private final Set<CloudConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<String> published = ConcurrentHashMap.newKeySet();

    private FakeCloud(int port, CloudLog log) throws IOException {
        this.log = log;
        server = new ServerSocket(port, 512, InetAddress.getLoopbackAddress());
        published.addAll(CloudScript.models());
        Thread.ofVirtual().name("fake-cloud").start(this::accept);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = 0;
        CloudLog log = CloudLog.NONE;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--port" -> port = Integer.parseInt(arguments[i + 1]);
                case "--log" -> log = CloudLog.to(Path.of(arguments[i + 1]));
                default -> throw new IllegalArgumentException(arguments[i] + " (expected: --port N, --log FILE)");
            }
        }
        FakeCloud cloud = new FakeCloud(port, log);
        System.out.println("fake cloud at " + cloud.base() + " with models " + cloud.published);
        new CountDownLatch(1).await();
    }

    /** Starts on a free port. */
    public static FakeCloud start() {
        return start(0);
    }

    public static FakeCloud start(int port) {
        try {
            return new FakeCloud(port, CloudLog.NONE);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot listen on port " + port, failure);
        }
    }

    /** Lists further models; a name that is no script answers 8 words. */
    public FakeCloud publish(String... models) {
        published.addAll(List.of(models));
        return this;
    }

    /** The base URL as a provider's configuration names it, ending in {@code /v1}. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    /** Every request so far, the oldest first. */
    public List<CloudAttempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Every request for a model, the oldest first. */
    public List<CloudAttempt> attempts(String model) {
        return attempts.stream()
                .filter(attempt -> attempt.model().equals(model))
                .toList();
    }

    /** Requests that are being answered now. */
    public int open() {
        return (int) attempts.stream().filter(attempt -> !attempt.ended()).count();
    }

    /** The whole text of an answer of so many words; some of them are not ASCII. */
    public static String text(int words) {
        return IntStream.range(0, words).mapToObj(FakeCloud::word).collect(Collectors.joining());
    }

    /** The word at a place in every answer, with the space before it. */
    public static String word(int index) {
        return (index >= VOCABULARY.size() && index % VOCABULARY.size() == 0 ? " " : "")
                + VOCABULARY.get(index % VOCABULARY.size());
    }

    /** The prompt's tokens as this cloud counts them: its words. */
    static int promptTokens(JsonObject request) {
        if (!request.has("messages")) {
            return 0;
        }
        return request.getAsJsonArray("messages").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(message -> message.has("content"))
                .mapToInt(message -> words(message.get("content").toString()))
                .sum();
    }

    private static int words(String text) {
        return text.strip().split("\\s+", -1).length;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().name("fake-cloud").start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (CloudConnection connection = new CloudConnection(socket)) {
            connections.add(connection);
            try {
                for (var next = connection.read(); next.isPresent(); next = connection.read()) {
                    CloudAttempt attempt = next.get();
                    attempts.add(attempt);
                    ModelCalls known = calls.computeIfAbsent(attempt.model(), model -> new ModelCalls(attempt.time()));
                    int earlier = known.count.getAndIncrement();
                    log.asked(attempt);
                    Thread answer = Thread.ofVirtual().start(() -> answer(connection, attempt, earlier, known.first));
                    connection.watch(attempt);
                    answer.join();
                }
            } finally {
                connections.remove(connection);
            }
        } catch (IOException cut) {
            // The caller has cut the connection; what matters of it stands in the attempt.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls of the same model were {@code earlier}, the first of them at {@code first}. */
    private void answer(CloudConnection connection, CloudAttempt attempt, int earlier, Instant first) {
        try {
            CloudAnswer answer = new CloudAnswer(connection, attempt, CloudScript.of(attempt.model()));
            switch (attempt.method() + " " + path(attempt)) {
                case "POST /v1/chat/completions" -> {
                    if (isKnown(attempt.model())) {
                        answer.chat(earlier, first);
                    } else {
                        answer.error(404, "invalid_request_error", "model_not_found", "no such model");
                    }
                }
                case "POST /v1/embeddings" -> connection.answer(200, "application/json", embeddings(attempt));
                case "GET /v1/models" -> connection.answer(200, "application/json", models());
                default -> answer.error(404, "invalid_request_error", "unknown_url", "no such path");
            }
        } catch (IOException gone) {
            attempt.leave();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            attempt.end();
            log.ended(attempt);
        }
    }

    private static String path(CloudAttempt attempt) {
        return attempt.path().split("\\?", 2)[0];
    }

    private boolean isKnown(String model) {
        String name = CloudScript.withoutMark(model);
        return published.contains(name) || published.contains(name.replaceFirst("-[0-9]+$", ""));
    }

    private String models() {
        return JSON.toJson(Map.of(
                "object",
                "list",
                "data",
                published.stream()
                        .sorted()
                        .map(id -> Map.of("id", id, "object", "model", "created", 1, "owned_by", "fake"))
                        .toList()));
    }

    private static String embeddings(CloudAttempt attempt) {
        JsonObject request = attempt.json();
        JsonElement input = request.get("input");
        List<String> texts = input.isJsonArray()
                ? input.getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsString)
                        .toList()
                : List.of(input.getAsString());
        int dimensions = request.has("dimensions")
                ? request.get("dimensions").getAsInt()
                : Math.max(1, CloudScript.of(attempt.model()).number());
        boolean base64 = request.has("encoding_format")
                && request.get("encoding_format").getAsString().equals("base64");
        List<Map<String, Object>> data = new ArrayList<>();
        for (String text : texts) {
            float[] vector = vector(text, dimensions);
            data.add(
                    Map.of("object", "embedding", "index", data.size(), "embedding", base64 ? base64(vector) : vector));
        }
        int tokens = texts.stream().mapToInt(FakeCloud::words).sum();
        return JSON.toJson(Map.of(
                "object",
                "list",
                "data",
                data,
                "model",
                attempt.model(),
                "usage",
                Map.of("prompt_tokens", tokens, "total_tokens", tokens)));
    }

    /** The same text gives the same vector; its length is not 1, and a shorter one is the longer one cut. */
    private static float[] vector(String text, int dimensions) {
        Random random = new Random(text.hashCode());
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian() * 3;
        }
        return vector;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float component : vector) {
            bytes.putFloat(component);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Stops, cutting every connection. */
    @Override
    public void close() {
        Stream.concat(Stream.of(server), connections.stream()).forEach(FakeCloud::closeQuietly);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception failure) {
            throw new IllegalStateException("a connection did not close", failure);
        }
    }

    /** How often a model was asked, and when first. */
    private static final class ModelCalls {
        private final AtomicInteger count = new AtomicInteger();
        private final Instant first;

        private ModelCalls(Instant first) {
            this.first = first;
        }
    }
}

package dev.millrace.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.testing.CloudScript.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class FakeCloudTest {
    private final FakeCloud cloud = FakeCloud.start();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void end() {
        client.shutdownNow();
        cloud.close();
    }

    @Test
    void streamsWordsTheFinishTheUsageAndTheEnd() throws Exception {
        List<String> events = stream("words-12", "");

        assertThat(events.getLast()).isEqualTo("[DONE]");
        assertThat(text(events)).isEqualTo(FakeCloud.text(12));
        JsonObject usage = JsonParser.parseString(events.get(events.size() - 2)).getAsJsonObject();
        assertThat(usage.getAsJsonArray("choices")).isEmpty();
        assertThat(usage.getAsJsonObject("usage").get("completion_tokens").getAsInt())
                .isEqualTo(12);
        assertThat(finish(events)).isEqualTo("stop");
    }

    @Test
    void obeysLimitsAndStops() throws Exception {
        List<String> limited = stream("words-12", ",\"max_tokens\":5");
        List<String> stopped = stream("words-12", ",\"stop\":[\"für\"]");

        assertThat(text(limited)).isEqualTo(FakeCloud.text(5));
        assertThat(finish(limited)).isEqualTo("length");
        assertThat(text(stopped)).isEqualTo(FakeCloud.text(3));
        assertThat(finish(stopped)).isEqualTo("stop");
    }

    @Test
    void answersWholeToo() throws Exception {
        JsonObject answer = JsonParser.parseString(ask("words", "").body()).getAsJsonObject();

        JsonObject choice = answer.getAsJsonArray("choices").get(0).getAsJsonObject();
        assertThat(choice.getAsJsonObject("message").get("content").getAsString())
                .isEqualTo(FakeCloud.text(8));
        assertThat(answer.getAsJsonObject("usage").get("prompt_tokens").getAsInt())
                .isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "rate-limited, 429", "unavailable, 503", "fails, 500", "context-too-long, 400", "content-filter, 400",
        "rejected, 422", "key-refused, 401", "key-forbidden, 403", "html, 200", "no-such-model, 404"
    })
    void answersWithTheStatusOfItsScript(String model, int status) throws Exception {
        assertThat(ask(model, "").statusCode()).isEqualTo(status);
    }

    @Test
    void failsOnceAndThenAnswers() throws Exception {
        assertThat(ask("rate-limited-once-7", "").headers().firstValue("retry-after"))
                .contains("7");
        assertThat(ask("rate-limited-once-7", "").statusCode()).isEqualTo(200);
        assertThat(List.of(
                        ask("fails-once-2", "").statusCode(),
                        ask("fails-once-2", "").statusCode(),
                        ask("fails-once-2", "").statusCode()))
                .containsExactly(500, 500, 200);
        assertThat(cloud.attempts("fails-once-2")).hasSize(3);
    }

    @Test
    void resetsOnceAndThenAnswers() throws Exception {
        assertThatThrownBy(() -> ask("resets-once", "")).isInstanceOf(IOException.class);
        assertThat(ask("resets-once", "").statusCode()).isEqualTo(200);
    }

    @Test
    void isAwayForAWhileAndComesBack() throws Exception {
        assertThat(ask("outage-0", "").statusCode()).isEqualTo(200);
        assertThat(ask("outage-600", "").statusCode()).isEqualTo(503);
        assertThat(ask("outage-600", "").statusCode()).isEqualTo(503);
    }

    @Test
    void keepsModelsApartThatShareAScript() throws Exception {
        assertThat(ask("fails-once-1@one", "").statusCode()).isEqualTo(500);
        assertThat(ask("fails-once-1@other", "").statusCode()).isEqualTo(500);
        assertThat(ask("fails-once-1@one", "").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesAPromptThatEndsWithAnAssistantWhereItSaysSo() throws Exception {
        String more =
                ",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]";

        assertThat(ask("no-prefill-3", "").statusCode()).isEqualTo(200);
        assertThat(ask("no-prefill-3", more).statusCode()).isEqualTo(400);
    }

    @Test
    void sendsTheRoleLongBeforeTheFirstWord() throws Exception {
        try (InputStream body = client.send(
                        request("late-token-600000", ",\"stream\":true"), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(new String(body.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("data: ");
        }

        CloudAttempt attempt = cloud.attempts("late-token-600000").getFirst();
        await().atMost(Duration.ofSeconds(10)).until(attempt::ended);
        assertThat(attempt.wordsSent()).isZero();
        assertThat(attempt.callerGone()).isTrue();
        assertThat(attempt.goneNanos()).isLessThan(System.nanoTime());
    }

    @ParameterizedTest
    @CsvSource({"reset", "dies-after-2", "resets-after-2"})
    void breaksConnections(String model) {
        assertThatThrownBy(() -> stream(model, "")).isInstanceOf(IOException.class);
        await().until(() -> cloud.open() == 0);
        assertThat(cloud.attempts(model).getFirst().callerGone()).isFalse();
    }

    @Test
    void breaksStreamsWithoutBreakingConnections() throws Exception {
        assertThat(stream("no-done", "")).doesNotContain("[DONE]");
        assertThat(finish(stream("no-done", ""))).isEqualTo("stop");
        assertThat(text(stream("no-finish-3", ""))).isEqualTo(FakeCloud.text(3));
        assertThat(stream("error-after-3", "").getLast()).contains("\"error\"");
        assertThat(stream("invalid-json-after-3", "")).contains("{\"choices\": [{\"delta", "[DONE]");
        assertThat(stream("no-usage", "")).noneMatch(event -> event.contains("prompt_tokens"));
    }

    @Test
    void countsWhatItSendsToACallerThatHasLeft() throws Exception {
        try (InputStream body = client.send(request("slow-words-20", ",\"stream\":true"), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(body.read()).isPositive();
        }

        CloudAttempt attempt = cloud.attempts("slow-words-20").getFirst();
        await().atMost(Duration.ofSeconds(10)).until(attempt::ended);
        assertThat(attempt.callerGone()).isTrue();
        assertThat(attempt.wordsSent()).isPositive();
        assertThat(attempt.wordsSentAfterClose()).isLessThanOrEqualTo(1);
    }

    @Test
    void noticesThatTheCallerOfASilentModelHasLeft() {
        HttpRequest request = HttpRequest.newBuilder(request("silent", ""), (name, value) -> true)
                .timeout(Duration.ofSeconds(2))
                .build();

        assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString())).isInstanceOf(IOException.class);

        await().atMost(Duration.ofSeconds(10)).until(() -> cloud.open() == 0);
        assertThat(cloud.attempts("silent").getFirst().callerGone()).isTrue();
    }

    @Test
    void keepsWhatItWasAsked() throws Exception {
        ask("words", ",\"temperature\":0.5");

        CloudAttempt attempt = cloud.attempts().getFirst();
        assertThat(attempt.method()).isEqualTo("POST");
        assertThat(attempt.path()).isEqualTo("/v1/chat/completions");
        assertThat(attempt.header("authorization")).contains("Bearer key");
        assertThat(attempt.json().get("temperature").getAsDouble()).isEqualTo(0.5);
    }

    @Test
    void embedsTheSameTextAlikeAndNotNormalised() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(cloud.base() + "/embeddings"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"embeddings-4\",\"input\":[\"a\",\"b\",\"a\"]}"))
                .build();

        JsonArray data = JsonParser.parseString(
                        client.send(request, BodyHandlers.ofString()).body())
                .getAsJsonObject()
                .getAsJsonArray("data");

        assertThat(data).hasSize(3);
        assertThat(vector(data, 0)).hasSize(4).isEqualTo(vector(data, 2)).isNotEqualTo(vector(data, 1));
    }

    @Test
    void listsItsModels() throws Exception {
        cloud.publish("gpt-4.1");
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(cloud.base() + "/models")).build();

        assertThat(client.send(request, BodyHandlers.ofString()).body()).contains("\"gpt-4.1\"", "\"words\"");
        assertThat(ask("gpt-4.1", "").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void findsEveryScriptByItsName(Kind kind) {
        assertThat(CloudScript.of(CloudScript.model(kind)).kind()).isEqualTo(kind);
        assertThat(CloudScript.of(CloudScript.model(kind, 77))).isEqualTo(new CloudScript(kind, 77));
    }

    private static List<Double> vector(JsonArray data, int index) {
        return data.get(index).getAsJsonObject().getAsJsonArray("embedding").asList().stream()
                .map(component -> component.getAsDouble())
                .toList();
    }

    private List<String> stream(String model, String more) throws IOException, InterruptedException {
        String options = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" + more;
        return client.send(request(model, options), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    private HttpResponse<String> ask(String model, String more) throws IOException, InterruptedException {
        return client.send(request(model, more), BodyHandlers.ofString());
    }

    private HttpRequest request(String model, String more) {
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]"
                + more + "}";
        return HttpRequest.newBuilder(URI.create(cloud.base() + "/chat/completions"))
                .header("authorization", "Bearer key")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String text(List<String> events) {
        return events.stream()
                .filter(event -> event.contains("\"content\""))
                .map(event ->
                        choice(event).getAsJsonObject("delta").get("content").getAsString())
                .collect(Collectors.joining());
    }

    private static String finish(List<String> events) {
        return events.stream()
                .filter(event -> event.contains("\"finish_reason\":\""))
                .map(event -> choice(event).get("finish_reason").getAsString())
                .findFirst()
                .orElse("none");
    }

    private static JsonObject choice(String event) {
        return JsonParser.parseString(event)
                .getAsJsonObject()
                .getAsJsonArray("choices")
                .get(0)
                .getAsJsonObject();
    }
}

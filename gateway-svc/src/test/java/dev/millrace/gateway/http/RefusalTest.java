package dev.millrace.gateway.http;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What this door refuses by itself, and how it tells it; the rows of the error table are in {@link ErrorTableTest}. */
class RefusalTest {
    private static final String ASK = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static Door door = Door.CLOSED;

    @BeforeAll
    static void open() {
        door = Door.open("allowed-origins", "https://chat.example.org");
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void neverTellsAClientToSleepForHours() throws Exception {
        door.turns().play((request, sink) -> {
            throw new TurnFault(
                    Reason.CAPACITY_EXHAUSTED, "later", Map.of(), Optional.of(Duration.ofHours(3)), Optional.empty());
        });

        HttpResponse<String> answer = door.post(Door.CHAT, ASK);

        assertThat(answer.headers().map()).doesNotContainKeys("retry-after", "retry-after-ms");
        assertThat(answer.body()).contains("\"retry_after_ms\":10800000");
    }

    @Test
    void aDefectTellsNothingOfItself() throws Exception {
        door.turns().play((request, sink) -> {
            throw new IllegalStateException("secret inside");
        });

        HttpResponse<String> answer = door.post(Door.CHAT, ASK);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("\"code\":\"internal_error\"").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/nothing,404,path_not_found,. Served are /v1/chat/completions",
        "GET,/,404,path_not_found,. Served are /v1/chat/completions",
        "POST,/chat/completions,404,path_not_found,. Did you mean /v1/chat/completions?",
        "POST,/v1/models,405,method_not_allowed,does not take POST (expected: ",
        "POST,/v1/v1/chat/completions,404,path_not_found,. Did you mean /v1/chat/completions?",
        "POST,/v1/chat/completion,404,path_not_found,. Did you mean /v1/chat/completions?",
        "DELETE,/v1/chat/completions,405,method_not_allowed,does not take DELETE (expected: POST",
        "GET,/v1/chat/completions,405,method_not_allowed,does not take GET (expected: POST"
    })
    void unknownPathsAndMethodsAreToldInJsonWithTheNextStep(
            String method, String path, int status, String code, String next) throws Exception {
        HttpResponse<String> answer = door.send(door.request(path)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("accept", "text/html"));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":{\"message\":").contains(next, "\"code\":\"" + code + "\"");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().map()).containsKey("x-request-id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messages\":[]}|prompt_empty|messages",
                "{\"model\":\"auto\"}|prompt_empty|messages",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":-1}|invalid_value|max_tokens",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":5}]}]}|invalid_value|messages[0].content[0].text",
                "{\"messages\":[{\"role\":\"owl\",\"content\":\"a\"}]}|invalid_value|messages[0].role",
                "{\"messages\":\"hi\"}|invalid_value|messages",
            })
    void aWrongFieldIsNamedByItsPath(String body, String code, String param) throws Exception {
        HttpResponse<String> answer = door.post(Door.CHAT, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"param\":\"" + param + "\",\"code\":\"" + code + "\"");
    }

    @Test
    void aBodyThatIsNoObjectHasNoPath() throws Exception {
        HttpResponse<String> answer = door.post(Door.CHAT, "[]");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("the body: a list (expected: an object)", "\"param\":null");
    }

    @Test
    void malformedJsonIsRefusedWithItsPlace() throws Exception {
        HttpResponse<String> answer = door.post(Door.CHAT, "{\"messages\":\n [}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("malformed JSON at line 2, column 3")
                .contains(". Correct the body there")
                .contains("\"line\":\"2\"");
    }

    @Test
    void anEmptyBodyAndOneTooDeepAreRefused() throws Exception {
        HttpResponse<String> empty = door.post(Door.CHAT, "");
        HttpResponse<String> deep = door.post(Door.CHAT, "{\"x\":" + "[".repeat(200) + "]".repeat(200) + "}");

        assertThat(empty.statusCode()).isEqualTo(400);
        assertThat(empty.body()).contains("the body is empty (expected: a JSON object). Send one");
        assertThat(deep.statusCode()).isEqualTo(400);
        assertThat(deep.body()).contains("malformed JSON").contains(". Correct the body there");
    }

    @Test
    void aBodyOverTheLimitIsRefusedWithBothFigures() throws Exception {
        int size = 9 * 1024 * 1024;

        HttpResponse<String> answer = door.post(Door.CHAT, "x".repeat(size));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body())
                .contains("\"code\":\"request_too_large\"")
                .contains("the body has " + size + " bytes (expected: at most 8388608). Shorten the prompt")
                .contains("\"size_bytes\":\"" + size + "\"")
                .contains("\"limit_bytes\":\"8388608\"");
    }

    @Test
    void aBodyOverTheLimitIsRefusedAlsoWithoutALength() throws Exception {
        byte[] body = new byte[9 * 1024 * 1024];

        HttpResponse<String> answer = door.send(door.request(Door.CHAT)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body())
                .contains("\"code\":\"request_too_large\"")
                .contains("more than 8388608 bytes (expected: at most 8388608). Shorten the prompt");
    }

    @Test
    void headersOverTheirLimitAreRefusedWithIt() throws Exception {
        HttpResponse<String> answer = door.post(Door.CHAT, ASK, "x-long", "x".repeat(9_000));

        assertThat(answer.statusCode()).isEqualTo(431);
        assertThat(answer.body())
                .contains("\"code\":\"headers_too_large\"")
                .contains("the headers have more than 8192 bytes (expected: at most 8192). Leave out or shorten");
    }

    @Test
    void slashesAndContentTypesDoNotMatter() throws Exception {
        door.turns().play(Events.answer("hi"));

        HttpResponse<String> answer =
                door.post("//v1//chat/completions/", ASK, "content-type", "application/x-www-form-urlencoded");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void aKeyIsAskedForWhereTheDoorIsNotOpen() throws Exception {
        door.callers().open = false;
        try {
            door.turns().play(Events.answer("hi"));

            HttpResponse<String> without = door.post(Door.CHAT, ASK);
            HttpResponse<String> with = door.post(Door.CHAT, ASK, "authorization", "Bearer " + FixedCallers.KEY);
            HttpResponse<String> models = door.get("/v1/models");

            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(without.headers().firstValue("www-authenticate")).hasValue("Bearer");
            assertThat(with.statusCode()).isEqualTo(200);
            assertThat(models.statusCode()).isEqualTo(401);
            assertThat(door.turns().requests.take().caller().tenant()).isEqualTo("acme");
        } finally {
            door.callers().open = true;
        }
    }

    @Test
    void aForeignHostIsRefusedWhileNoKeyIsNeeded() throws Exception {
        try (RawCall call = RawCall.connect(door)) {
            call.send("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            call.awaitText("\"code\":\"origin_forbidden\"");

            assertThat(call.text()).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void aPageMayCallFromAListedOriginAlone() throws Exception {
        door.turns().play(Events.answer("hi"));

        HttpResponse<String> listed = door.post(Door.CHAT, ASK, "origin", "https://chat.example.org");
        HttpResponse<String> own = door.post(Door.CHAT, ASK, "origin", "http://127.0.0.1:" + door.port());
        HttpResponse<String> foreign = door.post(Door.CHAT, ASK, "origin", "https://evil.example");

        assertThat(listed.statusCode()).isEqualTo(200);
        assertThat(listed.headers().firstValue("access-control-allow-origin")).hasValue("https://chat.example.org");
        assertThat(listed.headers().firstValue("access-control-expose-headers"))
                .get()
                .asString()
                .contains("x-request-id");
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(foreign.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void aPreflightIsAnsweredForListedOriginsAlone() throws Exception {
        String asked = "authorization, x-stainless-lang, x-evil";

        HttpResponse<String> listed = preflight("https://chat.example.org", asked);
        HttpResponse<String> foreign = preflight("https://evil.example", asked);

        assertThat(listed.statusCode()).isEqualTo(204);
        assertThat(listed.headers().firstValue("access-control-allow-headers"))
                .hasValue("authorization, x-stainless-lang");
        assertThat(foreign.statusCode()).isEqualTo(403);
    }

    private static HttpResponse<String> preflight(String origin, String headers) throws Exception {
        return door.send(door.request(Door.CHAT)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .headers("origin", origin, "access-control-request-method", "POST")
                .header("access-control-request-headers", headers));
    }

    @Test
    void headersThatCannotBeReadAreRefused() throws Exception {
        assertThat(door.post(Door.CHAT, ASK, "x-millrace-timeout", "soon").statusCode())
                .isEqualTo(400);
        assertThat(door.post(Door.CHAT, ASK, "x-millrace-placement", "moon").statusCode())
                .isEqualTo(400);
        assertThat(door.post(Door.CHAT, ASK, "idempotency-key", "k".repeat(256)).statusCode())
                .isEqualTo(400);
    }
}

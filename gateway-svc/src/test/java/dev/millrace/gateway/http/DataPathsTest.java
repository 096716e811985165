package dev.millrace.gateway.http;

import dev.millrace.gateway.Standing;
import dev.millrace.gateway.Standing.Presence;
import dev.millrace.gateway.Target;
import io.grpc.Context;
import io.grpc.Deadline;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Models, embeddings, health, and what a request's headers hand to its turn. */
class DataPathsTest {
    private static Door door = Door.CLOSED;

    @BeforeAll
    static void open() {
        door = Door.open();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void listsTheRouterFirst() throws Exception {
        String body = door.get("/v1/models").body();

        assertThat(body)
                .startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"auto\",\"object\":\"model\",\"created\":0,"
                        + "\"owned_by\":\"millrace\"")
                .contains("{\"id\":\"millrace-starter\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":"
                        + "\"embedded\",\"location\":\"local\",\"state\":\"loaded\",\"context_length\":2048")
                .contains("\"pricing\":{\"prompt\":\"0.00000042\",\"completion\":\"0.00000042\"");
    }

    @Test
    void findsAModelByIdOrAliasAndHelpsWithTheRest() throws Exception {
        HttpResponse<String> unknown = door.get("/v1/models/millrace-startr");

        assertThat(door.get("/v1/models/org/deepseek-v3.2").body()).startsWith("{\"id\":\"org/deepseek-v3.2\"");
        assertThat(door.get("/v1/models/org%2Fdeepseek-v3.2").body()).startsWith("{\"id\":\"org/deepseek-v3.2\"");
        assertThat(door.get("/v1/models/starter").body()).startsWith("{\"id\":\"starter\"");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("\"code\":\"model_not_found\"").contains("did you mean millrace-starter?");
    }

    @Test
    void embedsAsNumbersAndAsBase64() throws Exception {
        String numbers = door.post("/v1/embeddings", "{\"input\":[\"a\",\"bcd\"],\"dimensions\":3}")
                .body();
        String base64 = door.post("/v1/embeddings", "{\"input\":\"bcd\",\"encoding_format\":\"base64\"}")
                .body();

        assertThat(numbers)
                .contains("{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.0,1.0,3.0]}")
                .contains("{\"object\":\"embedding\",\"index\":1,\"embedding\":[1.0,3.0,3.0]}")
                .contains("\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}");
        assertThat(base64).contains("\"embedding\":\"AAAAAAAAQEAAAIC/\"");
    }

    @Test
    void namesWhatItDoesNotKnowOfARequestForVectors() throws Exception {
        HttpResponse<String> answer =
                door.post("/v1/embeddings", "{\"input\":\"a\",\"user\":\"u\",\"truncate\":{\"at\":\"end\"}}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-millrace-dropped-params")).contains("user,truncate");
        assertThat(door.post("/v1/embeddings", "{\"input\":\"a\"}").headers().map())
                .doesNotContainKey("x-millrace-dropped-params");
    }

    @Test
    void refusesTokenIds() throws Exception {
        HttpResponse<String> answer = door.post("/v1/embeddings", "{\"input\":[1,2]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("input[0]: a number (expected: a string; token ids are not served)");
    }

    @Test
    void tellsItsHealth() throws Exception {
        FixedModels models = door.models();
        assertThat(door.get("/health").body())
                .isEqualTo("{\"status\":\"ok\",\"live\":true,\"ready\":true,\"models_usable\":1}");
        models.models = List.of();
        try {
            assertThat(door.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(door.get("/health/live").statusCode()).isEqualTo(200);
        } finally {
            models.models = List.of(FixedModels.STARTER, FixedModels.DEEPSEEK);
        }
    }

    @Test
    void tellsOfABackendThatDoesNotAnswer() throws Exception {
        FixedModels models = door.models();
        Standing cloud = new Standing(Target.CLOUD, Presence.ANSWERS, Optional.of(Duration.ofSeconds(1)));
        try {
            models.standings =
                    List.of(new Standing(Target.LOCAL, Presence.MISSED, Optional.of(Duration.ofSeconds(9))), cloud);
            HttpResponse<String> missed = door.get("/health");
            assertThat(missed.statusCode()).isEqualTo(200);
            assertThat(missed.body())
                    .isEqualTo(
                            "{\"status\":\"degraded\",\"live\":true,\"ready\":true,\"models_usable\":1,\"backends\":["
                                    + "{\"backend\":\"local\",\"status\":\"missed\",\"stale_seconds\":9,\"reason\":"
                                    + "\"local-inference did not answer when it was last asked, last seen 9 s ago\"},"
                                    + "{\"backend\":\"cloud\",\"status\":\"ok\"}]}");
            assertThat(door.get("/v1/models/starter").body()).contains("\"state\":\"loaded\",\"stale_seconds\":9");
            assertThat(door.get("/v1/models/org/deepseek-v3.2").body()).doesNotContain("stale_seconds");

            models.standings =
                    List.of(new Standing(Target.LOCAL, Presence.AWAY, Optional.of(Duration.ofSeconds(43))), cloud);
            HttpResponse<String> away = door.get("/health");
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.body())
                    .startsWith("{\"status\":\"no_model\",\"live\":true,\"ready\":false,\"models_usable\":0")
                    .contains("\"status\":\"away\",\"stale_seconds\":43", "See whether it is up: `millrace status`\"");
            assertThat(door.get("/v1/models").body())
                    .contains("\"state\":\"unavailable\"", "last seen 43 s ago", "\"stale_seconds\":43");
        } finally {
            models.standings = List.of();
        }
    }

    @Test
    void tellsWhatOneTurnWasAndCostByEitherId() throws Exception {
        String turn = FixedTurns.TURN;

        String body = door.get("/v1/generations/chatcmpl-" + turn).body();

        assertThat(body)
                .startsWith("{\"id\":\"" + turn + "\",\"object\":\"generation\"")
                .contains("\"end\":\"completed\"", "\"route\":\"cloud\"", "\"model\":\"deepseek-v3.2\"")
                .contains("\"prompt_tokens\":14,\"completion_tokens\":31")
                .contains("\"cost_usd\":\"0.000017\"", "\"saved_usd\":\"0.000003\"", "\"first_token_ms\":180")
                .contains("\"calls\":[{\"engine\":\"holysheep\"");
        assertThat(door.get("/v1/generations/" + turn).body()).isEqualTo(body);
        assertThat(door.get("/v1/generations/cmpl-" + turn).body()).isEqualTo(body);
        HttpResponse<String> unknown = door.get("/v1/generations/abc");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("\"code\":\"turn_not_found\"");
    }

    @Test
    void aTurnRunsOnAVirtualThreadUnderTheCallersDeadline() throws Exception {
        BlockingQueue<Deadline> deadlines = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> virtual = new LinkedBlockingQueue<>();
        door.turns().play((request, sink) -> {
            deadlines.add(java.util.Objects.requireNonNull(Context.current().getDeadline()));
            virtual.add(Thread.currentThread().isVirtual());
            sink.take(Events.finished());
        });
        String ask = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";

        door.post(
                Door.CHAT,
                ask,
                "x-millrace-timeout",
                "20s",
                "idempotency-key",
                "k1",
                "x-millrace-placement",
                "local-only");
        door.post(Door.CHAT, ask);
        door.post(Door.CHAT, ask, "x-millrace-timeout", "24m");

        assertThat(deadlines.take().timeRemaining(TimeUnit.SECONDS)).isBetween(10L, 20L);
        assertThat(deadlines.take().timeRemaining(TimeUnit.SECONDS)).isBetween(570L, 590L);
        assertThat(deadlines.take().timeRemaining(TimeUnit.SECONDS)).isBetween(570L, 590L);
        assertThat(virtual).containsExactly(true, true, true);
        assertThat(door.turns().requests.take().requestId()).isEqualTo("k1");
    }
}

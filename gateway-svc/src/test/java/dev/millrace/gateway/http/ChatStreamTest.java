package dev.millrace.gateway.http;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The bytes of an event stream. */
class ChatStreamTest {
    private static final String ASK = "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static Door door = Door.CLOSED;

    @BeforeAll
    static void open() {
        door = Door.open("commit-after", "200ms", "comment-every", "100ms");
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @Test
    void sendsOneFrameAPieceAndNothingElse() throws Exception {
        door.turns().play(Events.answer("He", "l\"lo\n🙂"));

        HttpResponse<String> answer = door.post(Door.CHAT, ASK, "x-request-id", "mine", "accept-encoding", "gzip");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(framesOf(answer.body())).isEqualTo("""
                        H,"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}

                        H,"choices":[{"index":0,"delta":{"content":"He"},"logprobs":null,"finish_reason":null}]}

                        H,"choices":[{"index":0,"delta":{"content":"l\\"lo\\n🙂"},"logprobs":null,"finish_reason":null}]}

                        H,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}

                        data: [DONE]

                        """);
    }

    /** The body with the constant head of every chunk, which is checked here, shortened to one letter. */
    private static String framesOf(String body) {
        String head = body.substring(0, body.indexOf(",\"choices\""));
        assertThat(head)
                .matches("data: \\{\"id\":\"chatcmpl-[0-9a-f-]{36}\",\"object\":\"chat.completion.chunk\","
                        + "\"created\":[0-9]+,\"model\":\"millrace-starter\"");
        return body.replace(head, "H");
    }

    @Test
    void everyChunkAndTheHeadersNameTheModelThatAnswers() throws Exception {
        door.turns()
                .play(List.of(Events.decidedAfterAFailover(), Events.begun(), Events.text("hi"), Events.finished()));

        HttpResponse<String> streamed = door.post(Door.CHAT, ASK);
        HttpResponse<String> whole = door.post(Door.CHAT, ASK.replace("true", "false"));

        assertThat(streamed.body()).contains("\"model\":\"deepseek-v3.2\"").doesNotContain("millrace-starter");
        assertThat(whole.body()).contains("\"created\":").contains(",\"model\":\"deepseek-v3.2\",\"choices\"");
        assertThat(streamed.headers().firstValue("x-millrace-route")).contains("cloud");
        assertThat(streamed.headers().firstValue("x-millrace-model")).contains("deepseek-v3.2");
    }

    @Test
    void tellsTheRouteInHeadersAndIsNeverCompressed() throws Exception {
        door.turns()
                .play(List.of(
                        Events.decided(), Events.begun("logit_bias", "top_a"), Events.text("hi"), Events.finished()));

        HttpResponse<String> answer = door.post(Door.CHAT, ASK, "x-request-id", "mine", "accept-encoding", "gzip");

        Map<String, List<String>> headers = answer.headers().map();
        assertThat(headers)
                .containsEntry("content-type", List.of("text/event-stream"))
                .containsEntry("cache-control", List.of("no-cache"))
                .containsEntry("x-accel-buffering", List.of("no"))
                .containsEntry("x-request-id", List.of("mine"))
                .containsEntry("x-millrace-route", List.of("local"))
                .containsEntry("x-millrace-model", List.of("millrace-starter"))
                .containsEntry("x-millrace-tier", List.of("trivial"))
                .containsEntry("x-millrace-reason", List.of("tier_match"))
                .containsEntry("x-millrace-attempts", List.of("1"))
                .containsEntry("x-millrace-dropped-params", List.of("logit_bias,top_a"))
                .containsKey("openai-processing-ms")
                .doesNotContainKey("content-encoding");
    }

    @Test
    void namesWhatTheDoorAndTheBackendLeftOutTogether() throws Exception {
        door.turns().play(List.of(Events.decided(), Events.begun("logit_bias"), Events.text("hi"), Events.finished()));
        String ask = ASK.replace("\"stream\":true", "\"stream\":%s,\"stream_options\":{\"odd\":1}");

        for (boolean stream : List.of(true, false)) {
            assertThat(door.post(Door.CHAT, ask.formatted(stream)).headers().map())
                    .containsEntry("x-millrace-dropped-params", List.of("stream_options.odd,logit_bias"));
        }
    }

    @Test
    void theNamesOfWhatWasLeftOutFitAHeader() throws Exception {
        String[] many = java.util.stream.IntStream.range(0, 1_000)
                .mapToObj(i -> "messages[" + i + "].annotations")
                .toArray(String[]::new);
        door.turns().play(List.of(Events.decided(), Events.begun(many), Events.text("hi"), Events.finished()));

        String names = door.post(Door.CHAT, ASK)
                .headers()
                .firstValue("x-millrace-dropped-params")
                .orElseThrow();

        assertThat(names).startsWith("messages[0].annotations,messages[1].").endsWith("...");
        assertThat(names).hasSizeLessThan(2_100);
    }

    @Test
    void endsWithUsageAndCostOnlyWhereTheCallerAsks() throws Exception {
        door.turns().play(Events.answer("hi"));

        String body = door.post(
                        Door.CHAT,
                        ASK.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
                .body();

        assertThat(framesOf(body))
                .containsOnlyOnce("\"usage\"")
                .matches("(?s).*H,\"choices\":\\[],\"usage\":\\{\"prompt_tokens\":7,\"completion_tokens\":2,"
                        + "\"total_tokens\":9,\"prompt_tokens_details\":\\{\"cached_tokens\":0},"
                        + "\"completion_tokens_details\":\\{\"reasoning_tokens\":0}},\"millrace\":\\{\"turn_id\":"
                        + "\"[0-9a-f-]{36}\",\"route\":\"local\",.*\"cost_usd\":\"0\",\"saved_usd\":\"0.000276\",.*}}\n\n"
                        + "data: \\[DONE]\n\n");
    }

    @Test
    void namesAToolCallInItsFirstFragmentAlone() throws Exception {
        door.turns()
                .play(List.of(
                        Events.decided(),
                        Events.toolCall(0, "call_1", "weather", "{\"city\""),
                        Events.toolCall(0, "", "", ":\"Bern\"}"),
                        Events.finished(FinishReason.FINISH_REASON_TOOL_CALLS)));

        String frames = framesOf(door.post(Door.CHAT, ASK).body());

        assertThat(frames)
                .contains("\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\"\"}}]}")
                .contains("\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":\\\"Bern\\\"}\"}}]}")
                .contains("\"delta\":{},\"logprobs\":null,\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void namesAFaultInTheMiddleAndNeverJustCloses() throws Exception {
        door.turns().play((request, sink) -> {
            sink.take(Events.decided());
            sink.take(Events.text("half an ans"));
            throw new TurnFault(Reason.STREAM_INTERRUPTED, "the backend vanished", Map.of("model", "m"));
        });

        HttpResponse<String> answer = door.post(Door.CHAT, ASK, "x-request-id", "mine");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .endsWith("event: error\ndata: {\"error\":{\"message\":\"the backend vanished\",\"type\":\"api_error\","
                        + "\"param\":null,\"code\":\"stream_interrupted\",\"millrace\":{\"reason\":"
                        + "\"STREAM_INTERRUPTED\",\"request_id\":\"mine\",\"variables\":{\"model\":\"m\"}}}}\n\n"
                        + "data: [DONE]\n\n")
                .doesNotContain("\"finish_reason\":\"stop\"");
    }

    @Test
    void aCutStreamTellsItsTurnAndItsCursor() throws Exception {
        door.turns().play((request, sink) -> {
            sink.take(Events.decided());
            sink.take(Events.text("half an ans"));
            TurnFault.Failure failure =
                    new TurnFault.Failure("turn-7", List.of(), Optional.empty(), Optional.empty(), 2, List.of());
            throw new TurnFault(
                    Reason.STREAM_INTERRUPTED,
                    "the backend vanished",
                    Map.of(),
                    Optional.empty(),
                    Optional.of(failure));
        });

        String body = door.post(Door.CHAT, ASK).body();

        assertThat(body).contains("\"turn_id\":\"turn-7\"").contains("\"sequence\":2,");
    }

    @Test
    void thinkingThatTheOlderApiCannotShowLeavesRoomForAStatus() throws Exception {
        door.turns().play((request, sink) -> {
            sink.take(Events.decided());
            sink.take(new TurnEvent.Piece(Delta.newBuilder().setReasoning("hm").build()));
            throw new TurnFault(Reason.NO_BACKEND_ANSWERED, "nobody answered", Map.of());
        });

        HttpResponse<String> answer = door.post("/v1/completions", "{\"prompt\":\"hi\",\"stream\":true}");

        assertThat(answer.statusCode()).isEqualTo(502);
    }

    @Test
    void sendsHeadersAndCommentsWhileNothingComes() throws Exception {
        CountDownLatch headersSeen = new CountDownLatch(1);
        door.turns().play((request, sink) -> {
            sink.take(Events.decided());
            headersSeen.await();
            sink.take(Events.text("late"));
            sink.take(Events.finished());
        });

        try (RawCall call = RawCall.post(door, Door.CHAT, ASK)) {
            call.awaitText("HTTP/1.1 200 OK");
            call.awaitText("\r\n\r\n3\r\n:\n\n\r\n3\r\n:\n\n");
            headersSeen.countDown();
            call.awaitText("data: [DONE]");

            assertThat(call.text()).contains("late").contains("x-millrace-route: local");
        }
    }

    @Test
    void aFailureAfterTheHeadersIsToldInTheStream() throws Exception {
        CountDownLatch headersSeen = new CountDownLatch(1);
        door.turns().play((request, sink) -> {
            headersSeen.await();
            throw new TurnFault(Reason.NO_BACKEND_ANSWERED, "nobody answered", Map.of());
        });

        try (RawCall call = RawCall.post(door, Door.CHAT, ASK)) {
            call.awaitText("HTTP/1.1 200 OK");
            headersSeen.countDown();
            call.awaitText("data: [DONE]");

            assertThat(call.text()).contains("event: error\ndata: {\"error\":{\"message\":\"nobody answered\"");
        }
    }

    @Test
    void servesTheOlderApiStreamedAndWhole() throws Exception {
        door.turns().play(Events.answer("He", "llo"));
        String ask = "{\"prompt\":[\"hi\"],\"suffix\":\"!\",\"stream\":%s}";

        String streamed = door.post("/v1/completions", ask.formatted(true)).body();
        String whole = door.post("/v1/completions", ask.formatted(false)).body();

        assertThat(streamed)
                .contains("\"object\":\"text_completion\"")
                .contains("\"choices\":[{\"index\":0,\"text\":\"llo\",\"logprobs\":null,\"finish_reason\":null}]}\n\n")
                .endsWith("\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        assertThat(whole)
                .contains(
                        "\"choices\":[{\"index\":0,\"text\":\"Hello\",\"logprobs\":null,\"finish_reason\":\"stop\"}]");
        assertThat(door.turns().requests.take().extraParametersJson()).isEqualTo("{\"suffix\":\"!\"}");
    }

    @Test
    void anAnswerThatIsWholeTellsItsNulls() throws Exception {
        door.turns().play(Events.answer("He", "llo"));

        HttpResponse<String> answer = door.post(Door.CHAT, ASK.replace("true", "false"), "accept", "text/event-stream");

        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.body())
                .contains("\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\","
                        + "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{");
        assertThat(door.turns().requests.take().delivery()).isEqualTo(Delivery.WHOLE);
    }
}

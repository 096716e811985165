package dev.millrace.relay.openai;

import dev.millrace.relay.Upstream;
import dev.millrace.relay.UpstreamEvent;
import dev.millrace.relay.UpstreamEvent.Chunk;
import dev.millrace.relay.UpstreamEvent.Done;
import dev.millrace.relay.UpstreamEvent.EndOfBody;
import dev.millrace.relay.UpstreamEvent.Fault;
import dev.millrace.relay.WireFormat.Malformed;
import dev.millrace.schema.completion.v1.Delta;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class AnswerEventsTest {
    private static final String WHOLE = """
            : a comment
            data: {"model":"m-1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            data:{"choices":[{"index":0,"delta":{"content":"Grüße 🌾"},"finish_reason":null}],"usage":null,"error":null}

            event: completion
            data: {"choices":[{"delta":{"reasoning_content":"hm"},"index":1}],
            data:  "usage":{"prompt_tokens":7,"completion_tokens":2}}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """;

    /** Returns the bytes in two reads, cut at one place. */
    private static InputStream cutAt(byte[] bytes, int place) {
        return new InputStream() {
            private int position;

            @Override
            public int read() {
                return position < bytes.length ? bytes[position++] & 0xFF : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                int end = position < place ? place : bytes.length;
                int count = Math.min(length, end - position);
                if (count <= 0) {
                    return -1;
                }
                System.arraycopy(bytes, position, buffer, offset, count);
                position += count;
                return count;
            }
        };
    }

    private static List<UpstreamEvent> read(InputStream body) throws IOException {
        return read(Upstream.Body.of(body));
    }

    private static List<UpstreamEvent> read(Upstream.Body body) throws IOException {
        AnswerEvents events = new AnswerEvents(body);
        List<UpstreamEvent> all = new ArrayList<>();
        do {
            UpstreamEvent event = events.next();
            if (event != null) {
                all.add(event);
            }
        } while (all.isEmpty() || !(all.getLast() instanceof EndOfBody || all.getLast() instanceof Done));
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsTheSameWhenEveryByteComesLater(String lineEnd) throws IOException {
        byte[] bytes = WHOLE.replace("\n", lineEnd).getBytes(UTF_8);

        assertThat(read(new HesitantBody(bytes))).isEqualTo(read(new ByteArrayInputStream(bytes)));
    }

    private static List<UpstreamEvent> read(String body) throws IOException {
        return read(new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    private static List<Delta> deltas(List<UpstreamEvent> events) {
        return events.stream()
                .filter(Chunk.class::isInstance)
                .flatMap(chunk -> ((Chunk) chunk).deltas().stream())
                .toList();
    }

    private static String text(List<UpstreamEvent> events) {
        StringBuilder text = new StringBuilder();
        deltas(events).forEach(delta -> text.append(delta.getText()));
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsTheSameWhereverTheBytesAreSplit(String lineEnd) throws IOException {
        byte[] bytes = WHOLE.replace("\n", lineEnd).getBytes(UTF_8);
        List<UpstreamEvent> expected = read(new ByteArrayInputStream(bytes));

        for (int place = 1; place < bytes.length; place++) {
            assertThat(read(cutAt(bytes, place))).as("split at %d", place).isEqualTo(expected);
        }

        assertThat(text(expected)).isEqualTo("Grüße 🌾");
        assertThat(expected.getLast()).isInstanceOf(Done.class);
        assertThat(deltas(expected).getLast().getReasoning()).isEqualTo("hm");
        assertThat(deltas(expected).getLast().getOutputTokens()).isEqualTo(2);
    }

    @Test
    void neverInventsAnEndWhereTheBytesStop() throws IOException {
        byte[] bytes = WHOLE.getBytes(UTF_8);
        int finishBegins =
                WHOLE.substring(0, WHOLE.indexOf("\"finish_reason\":\"stop\"")).getBytes(UTF_8).length;

        for (int end = 0; end < finishBegins; end++) {
            List<UpstreamEvent> events = read(new ByteArrayInputStream(Arrays.copyOf(bytes, end)));

            assertThat(events.getLast()).as("cut at %d", end).isInstanceOf(EndOfBody.class);
            assertThat(events)
                    .as("cut at %d", end)
                    .noneMatch(event ->
                            event instanceof Chunk chunk && !chunk.finishes().isEmpty());
            assertThat("Grüße 🌾").startsWith(text(events));
        }
    }

    @Test
    void invalidJsonInTheMiddleIsAnErrorAndNotAHole() {
        assertThatThrownBy(() -> read("data: {\"choices\":[{\"del\n\ndata: [DONE]\n\n"))
                .isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "true", "{\"text\":\"b\"}", "[\"b\",5]", "[{\"type\":\"text\",\"text\":5}]"})
    void contentThatIsNoTextIsAnErrorAndNotAHole(String content) {
        assertThatThrownBy(() -> read("data: {\"choices\":[{\"delta\":{\"content\":" + content + "}}]}\n\n"))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("neither text nor null");
    }

    @Test
    void contentInPartsIsReadWhole() throws IOException {
        List<UpstreamEvent> events = read("""
                data: {"choices":[{"delta":{"content":[{"type":"text","text":"a"},"b",null]}}]}

                """);

        assertThat(text(events)).isEqualTo("ab");
    }

    @Test
    void aWholeMessageInsteadOfItsPiecesIsTheAnswer() throws IOException {
        assertThat(text(read("""
                        data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

                        data: {"choices":[{"index":0,"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}

                        """))).isEqualTo("whole");
    }

    @Test
    void aWholeMessageBehindItsPiecesIsNoNews() throws IOException {
        assertThat(text(read("""
                        data: {"choices":[{"delta":{"content":"wh"},"message":null}]}

                        data: {"choices":[{"delta":{"content":"ole"}}]}

                        data: {"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}

                        """))).isEqualTo("whole");
    }

    @Test
    void aWholeMessageThatIsMoreThanItsPiecesIsAnError() {
        assertThatThrownBy(() -> read("""
                        data: {"choices":[{"delta":{"content":"wh"}}]}

                        data: {"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}

                        """)).isInstanceOf(Malformed.class).hasMessageContaining("whole message");
    }

    @Test
    void bytesThatAreNoUtf8AreAnError() {
        byte[] bytes = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n".getBytes(UTF_8);
        bytes["data: {\"choices\":[{\"delta\":{\"content\":\"".length()] = (byte) 0xC3;

        assertThatThrownBy(() -> read(new ByteArrayInputStream(bytes))).isInstanceOf(Malformed.class);
    }

    @Test
    void lineOverOneMebibyteIsRefused() throws IOException {
        String start = "data: {\"choices\":[],\"x\":\"";
        String allowed = start + "x".repeat((1 << 20) - start.length() - 2) + "\"}\n\n";
        InputStream longer = new ByteArrayInputStream("x".repeat((1 << 20) + 1).getBytes(UTF_8));

        assertThat(read(allowed)).hasSize(2);
        assertThatThrownBy(() -> read(longer)).isInstanceOf(Malformed.class).hasMessageContaining("1048576");
    }

    @Test
    void depthOverSixtyFourIsRefused() throws IOException {
        String deep = "data: {\"x\":" + "[".repeat(70) + "]".repeat(70) + "}\n\n";
        String fine = "data: {\"x\":" + "[".repeat(60) + "]".repeat(60) + "}\n\n";

        assertThat(read(fine)).hasSize(2);
        assertThatThrownBy(() -> read(deep)).isInstanceOf(Malformed.class);
    }

    @Test
    void errorsAreSeenWithAndWithoutTheirEventName() throws IOException {
        assertThat(read("data: {\"error\":{\"message\":\"it broke\",\"code\":\"internal\"}}\n\n"))
                .first()
                .isEqualTo(new Fault(0, "internal", "", "it broke"));
        assertThat(read("event: error\ndata: {\"message\":\"slow\",\"code\":429}\n\n"))
                .first()
                .isEqualTo(new Fault(429, "", "", "slow"));
        assertThat(read("event: error\ndata: something odd\n\n"))
                .first()
                .isEqualTo(new Fault(0, "", "", "something odd"));
    }

    @Test
    void endMarkCountsWithoutAnEmptyLineBeforeOrAfterIt() throws IOException {
        List<UpstreamEvent> events =
                read("data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\ndata: [DONE]");

        assertThat(text(events)).isEqualTo("a");
        assertThat(events.getLast()).isInstanceOf(Done.class);
    }

    @Test
    void twoChunksWithoutAnEmptyLineBetweenThemAreTwo() throws IOException {
        List<UpstreamEvent> events = read("""
                data: {"choices":[{"delta":{"content":"a"}}]}
                data: {"choices":[{"delta":{"content":"b"}}]}

                """);

        assertThat(text(events)).isEqualTo("ab");
    }

    @Test
    void halvesOfACharacterAreJoined() throws IOException {
        List<UpstreamEvent> events = read("""
                data: {"choices":[{"delta":{"content":"x\\ud83c"}}]}

                data: {"choices":[{"delta":{"content":"\\udf3ey"}}]}

                """);

        assertThat(deltas(events)).extracting(Delta::getText).containsExactly("x", "🌾y");
    }

    @Test
    void toolCallsKeepTheirFragments() throws IOException {
        List<UpstreamEvent> events = read("""
                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a"}}]}}]}

                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"\\":1}"}}]}}]}

                """);

        assertThat(deltas(events))
                .hasSize(2)
                .allSatisfy(delta -> assertThat(delta.getToolCall().getIndex()).isEqualTo(1));
        assertThat(deltas(events).getFirst().getToolCall().getName()).isEqualTo("f");
        assertThat(deltas(events).getFirst().getToolCall().getArguments()
                        + deltas(events).getLast().getToolCall().getArguments())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void logprobsKeepTheirDigits() throws IOException {
        List<UpstreamEvent> events = read(
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.12345678901234567890}]}}]}\n\n");

        assertThat(deltas(events).getFirst().getLogprobsJson())
                .isEqualTo("{\"content\":[{\"token\":\"a\",\"logprob\":-0.12345678901234567890}]}");
    }

    @Test
    void usageKeepsZeroAndAbsenceApart() throws IOException {
        Chunk chunk = (Chunk) read("""
                        data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":null}}

                        """).getFirst();

        assertThat(chunk.usage()).hasValueSatisfying(usage -> {
            assertThat(usage.hasOutputTokens()).isTrue();
            assertThat(usage.hasCachedInputTokens()).isTrue();
            assertThat(usage.hasReasoningTokens()).isFalse();
        });
    }
}

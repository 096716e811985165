package dev.millrace.relay.openai;

import dev.millrace.relay.UpstreamEvent.Chunk;
import dev.millrace.relay.UpstreamEvent.Done;
import dev.millrace.relay.UpstreamEvent.EndOfBody;
import dev.millrace.relay.UpstreamEvent.Fault;
import dev.millrace.relay.WireFormat.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How the bytes of an answer become events, wherever they are cut and however their lines end. */
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

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsTheSameWhereverTheBytesAreSplit(String lineEnd) throws IOException {
        byte[] bytes = WHOLE.replace("\n", lineEnd).getBytes(UTF_8);
        ReadAnswer expected = ReadAnswer.of(bytes);

        for (int place = 1; place < bytes.length; place++) {
            assertThat(ReadAnswer.of(cutAt(bytes, place)))
                    .as("split at %d", place)
                    .isEqualTo(expected);
        }

        assertThat(expected.text()).isEqualTo("Grüße 🌾");
        assertThat(expected.last()).isInstanceOf(Done.class);
        assertThat(expected.deltas().getLast().getReasoning()).isEqualTo("hm");
        assertThat(expected.deltas().getLast().getOutputTokens()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsTheSameWhenEveryByteComesLater(String lineEnd) throws IOException {
        byte[] bytes = WHOLE.replace("\n", lineEnd).getBytes(UTF_8);

        assertThat(ReadAnswer.of(new HesitantBody(bytes))).isEqualTo(ReadAnswer.of(bytes));
    }

    @Test
    void neverInventsAnEndWhereTheBytesStop() throws IOException {
        byte[] bytes = WHOLE.getBytes(UTF_8);
        int finishBegins =
                WHOLE.substring(0, WHOLE.indexOf("\"finish_reason\":\"stop\"")).getBytes(UTF_8).length;

        for (int end = 0; end < finishBegins; end++) {
            ReadAnswer answer = ReadAnswer.of(Arrays.copyOf(bytes, end));

            assertThat(answer.last()).as("cut at %d", end).isInstanceOf(EndOfBody.class);
            assertThat(answer.events())
                    .as("cut at %d", end)
                    .noneMatch(event ->
                            event instanceof Chunk chunk && !chunk.finishes().isEmpty());
            assertThat("Grüße 🌾").startsWith(answer.text());
        }
    }

    @Test
    void endMarkCountsWithoutAnEmptyLineBeforeOrAfterIt() throws IOException {
        ReadAnswer answer = ReadAnswer.of(
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\ndata: [DONE]");

        assertThat(answer.text()).isEqualTo("a");
        assertThat(answer.last()).isInstanceOf(Done.class);
    }

    @Test
    void twoChunksWithoutAnEmptyLineBetweenThemAreTwo() throws IOException {
        ReadAnswer answer = ReadAnswer.of("""
                data: {"choices":[{"delta":{"content":"a"}}]}
                data: {"choices":[{"delta":{"content":"b"}}]}

                """);

        assertThat(answer.text()).isEqualTo("ab");
    }

    @Test
    void invalidJsonInTheMiddleIsAnErrorAndNotAHole() {
        assertThatThrownBy(() -> ReadAnswer.of("data: {\"choices\":[{\"del\n\ndata: [DONE]\n\n"))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void bytesThatAreNoUtf8AreAnError() {
        byte[] bytes = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n".getBytes(UTF_8);
        bytes["data: {\"choices\":[{\"delta\":{\"content\":\"".length()] = (byte) 0xC3;

        assertThatThrownBy(() -> ReadAnswer.of(bytes)).isInstanceOf(Malformed.class);
    }

    @Test
    void lineOverOneMebibyteIsRefused() throws IOException {
        String start = "data: {\"choices\":[],\"x\":\"";
        String allowed = start + "x".repeat((1 << 20) - start.length() - 2) + "\"}\n\n";
        String longer = "x".repeat((1 << 20) + 1);

        assertThat(ReadAnswer.of(allowed).events()).hasSize(2);
        assertThatThrownBy(() -> ReadAnswer.of(longer))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("1048576");
    }

    @Test
    void depthOverSixtyFourIsRefused() throws IOException {
        String deep = "data: {\"x\":" + "[".repeat(70) + "]".repeat(70) + "}\n\n";
        String fine = "data: {\"x\":" + "[".repeat(60) + "]".repeat(60) + "}\n\n";

        assertThat(ReadAnswer.of(fine).events()).hasSize(2);
        assertThatThrownBy(() -> ReadAnswer.of(deep)).isInstanceOf(Malformed.class);
    }

    @Test
    void errorsAreSeenWithAndWithoutTheirEventName() throws IOException {
        assertThat(ReadAnswer.of("data: {\"error\":{\"message\":\"it broke\",\"code\":\"internal\"}}\n\n")
                        .first())
                .isEqualTo(new Fault(0, "internal", "", "it broke"));
        assertThat(ReadAnswer.of("event: error\ndata: {\"message\":\"slow\",\"code\":429}\n\n")
                        .first())
                .isEqualTo(new Fault(429, "", "", "slow"));
        assertThat(ReadAnswer.of("event: error\ndata: something odd\n\n").first())
                .isEqualTo(new Fault(0, "", "", "something odd"));
    }

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
}

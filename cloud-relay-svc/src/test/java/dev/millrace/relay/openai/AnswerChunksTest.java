package dev.millrace.relay.openai;

import dev.millrace.relay.UpstreamEvent.Chunk;
import dev.millrace.relay.WireFormat.Malformed;
import dev.millrace.schema.completion.v1.Delta;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What each chunk of an answer says, in the ways in which providers say it. */
final class AnswerChunksTest {
    @ParameterizedTest
    @ValueSource(strings = {"5", "true", "{\"text\":\"b\"}", "[\"b\",5]", "[{\"type\":\"text\",\"text\":5}]"})
    void contentThatIsNoTextIsAnErrorAndNotAHole(String content) {
        assertThatThrownBy(() -> ReadAnswer.of("data: {\"choices\":[{\"delta\":{\"content\":" + content + "}}]}\n\n"))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("neither text nor null");
    }

    @Test
    void contentInPartsIsReadWhole() throws IOException {
        ReadAnswer answer = ReadAnswer.of("""
                data: {"choices":[{"delta":{"content":[{"type":"text","text":"a"},"b",null]}}]}

                """);

        assertThat(answer.text()).isEqualTo("ab");
    }

    @Test
    void aWholeMessageInsteadOfItsPiecesIsTheAnswer() throws IOException {
        assertThat(ReadAnswer.of("""
                        data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

                        data: {"choices":[{"index":0,"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}

                        """).text()).isEqualTo("whole");
    }

    @Test
    void aWholeMessageBehindItsPiecesIsNoNews() throws IOException {
        assertThat(ReadAnswer.of("""
                        data: {"choices":[{"delta":{"content":"wh"},"message":null}]}

                        data: {"choices":[{"delta":{"content":"ole"}}]}

                        data: {"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}

                        """).text()).isEqualTo("whole");
    }

    @Test
    void aWholeMessageThatIsMoreThanItsPiecesIsAnError() {
        assertThatThrownBy(() -> ReadAnswer.of("""
                        data: {"choices":[{"delta":{"content":"wh"}}]}

                        data: {"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}

                        """))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("whole message");
    }

    @Test
    void halvesOfACharacterAreJoined() throws IOException {
        ReadAnswer answer = ReadAnswer.of("""
                data: {"choices":[{"delta":{"content":"x\\ud83c"}}]}

                data: {"choices":[{"delta":{"content":"\\udf3ey"}}]}

                """);

        assertThat(answer.deltas()).extracting(Delta::getText).containsExactly("x", "🌾y");
    }

    @Test
    void toolCallsKeepTheirFragments() throws IOException {
        ReadAnswer answer = ReadAnswer.of("""
                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a"}}]}}]}

                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"\\":1}"}}]}}]}

                """);

        assertThat(answer.deltas())
                .hasSize(2)
                .allSatisfy(delta -> assertThat(delta.getToolCall().getIndex()).isEqualTo(1));
        assertThat(answer.deltas().getFirst().getToolCall().getName()).isEqualTo("f");
        assertThat(answer.deltas().getFirst().getToolCall().getArguments()
                        + answer.deltas().getLast().getToolCall().getArguments())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void logprobsKeepTheirDigits() throws IOException {
        ReadAnswer answer = ReadAnswer.of(
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.12345678901234567890}]}}]}\n\n");

        assertThat(answer.deltas().getFirst().getLogprobsJson())
                .isEqualTo("{\"content\":[{\"token\":\"a\",\"logprob\":-0.12345678901234567890}]}");
    }

    @Test
    void usageKeepsZeroAndAbsenceApart() throws IOException {
        Chunk chunk = (Chunk) ReadAnswer.of("""
                        data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":null}}

                        """).first();

        assertThat(chunk.usage()).hasValueSatisfying(usage -> {
            assertThat(usage.hasOutputTokens()).isTrue();
            assertThat(usage.hasCachedInputTokens()).isTrue();
            assertThat(usage.hasReasoningTokens()).isFalse();
        });
    }
}

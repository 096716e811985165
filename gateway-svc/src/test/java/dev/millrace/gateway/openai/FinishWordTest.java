package dev.millrace.gateway.openai;

import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.FinishReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class FinishWordTest {

    @ParameterizedTest
    @CsvSource({
        "FINISH_REASON_STOP, end_turn, stop",
        "FINISH_REASON_LENGTH, max_tokens, length",
        "FINISH_REASON_TOOL_CALLS, tool_use, tool_calls",
        "FINISH_REASON_CONTENT_FILTER, SAFETY, content_filter",
        "FINISH_REASON_UNSPECIFIED, insufficient_system_resource, insufficient_system_resource",
        "FINISH_REASON_UNSPECIFIED, MALFORMED_FUNCTION_CALL, MALFORMED_FUNCTION_CALL",
        "FINISH_REASON_UNSPECIFIED, stop, unknown",
    })
    void mapsWhatIsKnownAndInventsNothing(FinishReason reason, String backendWord, String expected) {
        assertThat(word(reason, backendWord)).isEqualTo(expected);
    }

    @Test
    void showsNoWordThatIsNone() {
        assertThat(word(FinishReason.FINISH_REASON_UNSPECIFIED, "")).isEqualTo("unknown");
        assertThat(word(FinishReason.FINISH_REASON_UNSPECIFIED, "a\"b")).isEqualTo("unknown");
        assertThat(word(FinishReason.FINISH_REASON_UNSPECIFIED, "x".repeat(65))).isEqualTo("unknown");
    }

    private static String word(FinishReason reason, String backendWord) {
        return FinishWord.of(ChoiceEnd.newBuilder()
                .setFinishReason(reason)
                .setBackendFinishReason(backendWord)
                .build());
    }
}

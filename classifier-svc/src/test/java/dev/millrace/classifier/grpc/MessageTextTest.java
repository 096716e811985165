package dev.millrace.classifier.grpc;

import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What of a message is scanned. */
class MessageTextTest {
    private static final String CARD = "4111 1111 1111 1111";

    private final LinearScanner scanner = new LinearScanner();

    @Test
    void holdsTheIdsOfToolCallsBecauseTheyTravelToo() {
        assertThat(MessageText.of(call(CARD))).contains(CARD);
        assertThat(MessageText.of(result(CARD))).contains(CARD, "paid");
        assertThat(scanner.scan(List.of(MessageText.of(result(CARD)))).findings())
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "call_9Rb3sWqXz0LkT2vYhN5mP8aD",
                "toolu_01A09q90qw90lq917835lq9",
                "chatcmpl-tool-7f3d9c0e5b6a4d2e8f1a0b9c8d7e6f5a",
                "0197c2e4-8a3b-7c1d-9e2f-4a5b6c7d8e9f",
                "call_00_4fGh7JkL2mNp9QrS",
                "functions.pay:0"
            })
    void idsAsLibrariesMakeThemAreNotSensitive(String id) {
        assertThat(scanner.scan(List.of(MessageText.of(call(id)), MessageText.of(result(id))))
                        .findings())
                .isEmpty();
    }

    private static Message call(String id) {
        return Message.newBuilder()
                .setRole(Role.ROLE_ASSISTANT)
                .addToolCalls(ToolCall.newBuilder().setId(id).setName("pay"))
                .build();
    }

    private static Message result(String id) {
        return Message.newBuilder()
                .setRole(Role.ROLE_TOOL)
                .addParts(ContentPart.newBuilder().setText("paid"))
                .setToolCallId(id)
                .build();
    }
}

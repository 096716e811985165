package dev.millrace.classifier.grpc;

import com.google.protobuf.ByteString;
import dev.millrace.classifier.Prompt;
import dev.millrace.classifier.sensitivity.LinearScanner;
import dev.millrace.schema.classifier.v1.ClassifyPromptRequest;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.File;
import dev.millrace.schema.completion.v1.Image;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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

    @Test
    void textInsideAFileIsScannedWhateverItIsCalled() {
        String text = "Invoice, paid with " + CARD;

        for (Message message : List.of(
                file(text.getBytes(StandardCharsets.UTF_8), "text/plain"),
                file(text.getBytes(StandardCharsets.UTF_8), ""),
                file(text.getBytes(StandardCharsets.UTF_8), "application/pdf"),
                file(text.getBytes(StandardCharsets.UTF_16), "text/csv"),
                file(("Gr\u00fc\u00dfe " + text).getBytes(StandardCharsets.ISO_8859_1), "application/json"),
                picture("data:text/plain;base64,"
                        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))),
                picture("data:text/plain," + text.replace(" ", "%20")))) {
            assertThat(scanner.scan(List.of(MessageText.of(message))).findings())
                    .as(message.toString())
                    .isNotEmpty();
        }
    }

    @Test
    void onlyAFileThatIsCleanTextCountsAsScanned() {
        assertThat(unscanned(file("hello".getBytes(StandardCharsets.UTF_8), "")))
                .isFalse();
        assertThat(unscanned(file(new byte[] {'%', 'P', 'D', 'F', 0, 1}, "text/plain")))
                .isTrue();
        assertThat(unscanned(file(new byte[] {(byte) 0xFC, 'x'}, "text/plain"))).isTrue();
        assertThat(unscanned(file(new byte[] {(byte) 0xFC, 'x'}, "application/pdf")))
                .isTrue();
        assertThat(unscanned(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder()
                                .setFile(File.newBuilder().setFileId("file-1")))
                        .build()))
                .isTrue();
        assertThat(unscanned(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setOtherJson("{\"type\":\"video\"}"))
                        .build()))
                .isTrue();
    }

    @Test
    void whatStandsBesideAPartIsScannedAndIsNoQuestion() {
        ContentPart part = ContentPart.newBuilder()
                .setText("What are your opening hours?")
                .setExtraJson("{\"note\":\"\\u0034111 1111 1111 1111\"}")
                .build();

        Prompt prompt = WirePrompt.of(ClassifyPromptRequest.newBuilder()
                        .addMessages(
                                Message.newBuilder().setRole(Role.ROLE_USER).addParts(part))
                        .build())
                .prompt();

        assertThat(prompt.question()).isEqualTo("What are your opening hours?");
        assertThat(scanner.scan(prompt.texts()).findings()).isNotEmpty();
    }

    private static boolean unscanned(Message message) {
        return WirePrompt.of(
                        ClassifyPromptRequest.newBuilder().addMessages(message).build())
                .hasUnscannedParts();
    }

    private static Message file(byte[] data, String type) {
        return Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addParts(ContentPart.newBuilder()
                        .setFile(File.newBuilder()
                                .setData(ByteString.copyFrom(data))
                                .setMimeType(type)))
                .build();
    }

    private static Message picture(String url) {
        return Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addParts(ContentPart.newBuilder().setImage(Image.newBuilder().setUrl(url)))
                .build();
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

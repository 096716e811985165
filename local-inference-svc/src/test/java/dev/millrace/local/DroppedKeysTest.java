package dev.millrace.local;

import com.google.protobuf.ByteString;
import dev.millrace.schema.completion.v1.Audio;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Image;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolCall;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DroppedKeysTest {
    private static final Message PLAIN = Message.newBuilder()
            .setRole(Role.ROLE_USER)
            .addParts(ContentPart.newBuilder().setText("hi"))
            .build();

    private static List<String> dropped(Set<String> taken, Tool tool, Message... messages) {
        return DroppedKeys.of(
                new Generation(
                        "m",
                        List.of(messages),
                        SamplingParameters.getDefaultInstance(),
                        List.of(tool),
                        ToolChoice.getDefaultInstance(),
                        ResponseFormat.getDefaultInstance(),
                        1,
                        LengthCause.LENGTH_CAUSE_UNSPECIFIED,
                        OptionalLong.empty(),
                        ""),
                taken);
    }

    private static List<String> dropped(Set<String> taken, Message... messages) {
        return dropped(taken, Tool.getDefaultInstance(), messages);
    }

    @Test
    void aPlainConversationDropsNothing() {
        assertThat(dropped(Set.of(), PLAIN, PLAIN)).isEmpty();
    }

    @Test
    void keysOfMessagesPartsAndToolsAreNamedByTheirPaths() {
        Message message = PLAIN.toBuilder()
                .addParts(ContentPart.newBuilder()
                        .setText("long")
                        .setExtraJson("{\"cache_control\":{\"type\":\"ephemeral\"},\"x\":[{\"y\":1}]}"))
                .addParts(ContentPart.newBuilder()
                        .setImage(Image.newBuilder().setData(ByteString.copyFromUtf8("png")))
                        .setExtraJson("{\"image_url\":{\"format\":\"png\"}}"))
                .addParts(ContentPart.newBuilder().setAudio(Audio.getDefaultInstance()))
                .setExtraJson("{\"annotations\":[]}")
                .build();
        Tool tool = Tool.newBuilder()
                .setExtraJson("{\"defer\":true,\"function\":{\"cache\":{}}}")
                .build();

        assertThat(dropped(Set.of(), tool, PLAIN, message))
                .containsExactly(
                        "messages[1].content[1].cache_control",
                        "messages[1].content[1].x",
                        "messages[1].content[2].image_url.format",
                        "messages[1].content[3]",
                        "messages[1].annotations",
                        "tools[0].defer",
                        "tools[0].function.cache");
    }

    @Test
    void whatIsModelledIsNamedWhereTheEngineIsNotGivenIt() {
        Message call = Message.newBuilder()
                .setRole(Role.ROLE_ASSISTANT)
                .setReasoning("hm")
                .addToolCalls(ToolCall.newBuilder().setId("c"))
                .build();
        Message result = PLAIN.toBuilder().setName("pay").setToolCallId("c").build();

        assertThat(dropped(Set.of(), call, result))
                .containsExactly(
                        "messages[0].tool_calls",
                        "messages[0].reasoning_content",
                        "messages[1].name",
                        "messages[1].tool_call_id");
        assertThat(dropped(Set.of("name", "tool_calls", "tool_call_id"), call, result))
                .containsExactly("messages[0].reasoning_content");
    }

    @Test
    void whatIsNoJsonIsNamedAsAWhole() {
        assertThat(dropped(Set.of(), PLAIN.toBuilder().setExtraJson("{\"a\":1,").build()))
                .contains("messages[0].extra_json");
    }

    @Test
    void noMoreAreNamedThanAPersonReads() {
        StringBuilder extra = new StringBuilder("{\"" + "k".repeat(10_000) + "\":0");
        for (int i = 0; i < 1_000; i++) {
            extra.append(",\"k").append(i).append("\":0");
        }

        List<String> dropped =
                dropped(Set.of(), PLAIN.toBuilder().setExtraJson(extra + "}").build());

        assertThat(dropped).hasSize(100).allSatisfy(path -> assertThat(path).hasSizeLessThan(100));
    }
}

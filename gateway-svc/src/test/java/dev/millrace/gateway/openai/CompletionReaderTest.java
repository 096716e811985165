package dev.millrace.gateway.openai;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RoutingPreference.Goal;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CompletionReaderTest {
    private static final RequestHead HEAD = new RequestHead(Caller.LOCAL, "key-1", Optional.of(Placement.LOCAL_ONLY));
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private static CompletionCall read(String body) {
        return CompletionReader.read(AnswerForm.Kind.CHAT, HEAD, body.getBytes(StandardCharsets.UTF_8));
    }

    private static TurnRequest turn(String fields) {
        return read("{" + fields + "," + HI + "}").turn();
    }

    private static Message message(String json) {
        return read("{\"messages\":[" + json + "]}").turn().messages().getFirst();
    }

    @Test
    void whatItDoesNotModelPassesWithEveryDigitAndInOrder() {
        TurnRequest turn =
                turn("\"z\":9223372036854775807,\"a\":{\"n\":1.10,\"b\":[1e400,null,\"é\\n\"]},\"gone\":null,"
                        + "\"m\":18446744073709551616");

        assertThat(turn.extraParametersJson())
                .isEqualTo("{\"z\":9223372036854775807,\"a\":{\"n\":1.10,\"b\":[1e400,null,\"é\\n\"]},"
                        + "\"m\":18446744073709551616}");
    }

    @Test
    void halfASurrogatePairPassesAsTheEscapeThatItCameAs() {
        assertThat(turn("\"z\":[\"a\\ud800b \uD83D\uDE42 \\\"\\u0001\"]").extraParametersJson())
                .isEqualTo("{\"z\":[\"a\\ud800b \uD83D\uDE42 \\\"\\u0001\"]}");
    }

    @Test
    void readsSamplingAndLimits() {
        var sampling = turn("\"temperature\":0.5,\"top_p\":1,\"seed\":9007199254740993,\"stop\":[\"a\",\"b\"],\"n\":2,"
                        + "\"max_completion_tokens\":20,\"max_tokens\":10,\"presence_penalty\":null")
                .sampling();

        assertThat(sampling.getSeed()).isEqualTo(9007199254740993L);
        assertThat(sampling.getStopList()).containsExactly("a", "b");
        assertThat(sampling.getMaxOutputTokens()).isEqualTo(20);
        assertThat(sampling.getChoiceCount()).isEqualTo(2);
        assertThat(sampling.hasPresencePenalty()).isFalse();
    }

    @Test
    void readsWhatTheRouterShouldPrefer() {
        TurnRequest turn =
                turn("\"millrace\":{\"goal\":\"cheap\",\"placement\":\"cloud-only\",\"max_cost_usd\":\"0.05\"}");

        assertThat(turn.preference().goal()).isEqualTo(Goal.CHEAP);
        assertThat(turn.preference().placement()).isEqualTo(Placement.CLOUD_ONLY);
        assertThat(turn.preference().maxCostNanoUsd()).hasValue(50_000_000);
        assertThat(turn("\"user\":\"u\"").preference().placement()).isEqualTo(Placement.LOCAL_ONLY);
    }

    @Test
    void metadataHoldsWhatOpenAiAllowsAndIsNamedAsTheCallerKnowsIt() {
        assertThat(turn("\"metadata\":{\"note\":\"" + "x".repeat(512) + "\"}").labels())
                .containsEntry("note", "x".repeat(512));
        for (String wrong : List.of("x".repeat(513), "a\\u0000b", "a\\nb")) {
            assertThatThrownBy(() -> turn("\"metadata\":{\"note\":\"" + wrong + "\"}"))
                    .isInstanceOfSatisfying(TurnFault.class, fault -> {
                        assertThat(fault.reason()).isEqualTo(Reason.FIELD_INVALID);
                        assertThat(fault.metadata()).containsEntry("field", "metadata.note");
                    });
        }
    }

    @Test
    void metadataBecomesLabelsAndDoesNotLeave() {
        TurnRequest turn = turn("\"metadata\":{\"team\":\"blue\"},\"user\":\"u1\"");

        assertThat(turn.labels()).containsEntry("team", "blue");
        assertThat(turn.extraParametersJson()).isEmpty();
        assertThat(turn.endUser()).isEqualTo("u1");
        assertThat(turn.requestId()).isEqualTo("key-1");
    }

    @Test
    void readsToolsAndForms() {
        TurnRequest turn = turn(
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
                        + "{\"b\":1,\"a\":2},\"strict\":true}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":"
                        + "\"f\"}},\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{}}}");

        assertThat(turn.tools().getFirst().getJsonSchema()).isEqualTo("{\"b\":1,\"a\":2}");
        assertThat(turn.toolChoice().orElseThrow().getMode()).isEqualTo(ToolChoice.Mode.MODE_NAMED);
        assertThat(turn.responseFormat().orElseThrow().getName()).isEqualTo("s");
    }

    @Test
    void readsPartsOfEveryKind() {
        Message message = message("{\"role\":\"user\",\"content\":[{\"text\":\"t\",\"type\":\"text\"},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AQID\",\"detail\":\"low\"}},"
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://e.org/a.png\"}},"
                + "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AQID\",\"format\":\"wav\"}},"
                + "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,AQID\",\"filename\":\"a.pdf\"}},"
                + "{\"type\":\"hologram\",\"w\":1.10}]}");

        assertThat(message.getParts(0).getText()).isEqualTo("t");
        assertThat(message.getParts(1).getImage().getData().toByteArray()).containsExactly(1, 2, 3);
        assertThat(message.getParts(1).getImage().getMimeType()).isEqualTo("image/png");
        assertThat(message.getParts(2).getImage().getUrl()).isEqualTo("https://e.org/a.png");
        assertThat(message.getParts(3).getAudio().getFormat()).isEqualTo("wav");
        assertThat(message.getParts(4).getFile().getMimeType()).isEqualTo("application/pdf");
        assertThat(message.getParts(5).getOtherJson()).isEqualTo("{\"type\":\"hologram\",\"w\":1.10}");
    }

    @Test
    void whatItDoesNotKnowOfPartsAndToolsTravelsAlong() {
        CompletionCall call = read(
                "{\"messages\":[{\"role\":\"user\",\"content\":["
                        + "{\"cache_control\":{\"type\":\"ephemeral\",\"n\":1.10},\"text\":\"t\",\"type\":\"text\",\"gone\":null},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://e.org/a.png\",\"format\":\"png\"},\"x\":[1]},"
                        + "{\"type\":\"text\",\"text\":\"plain\"}]}],"
                        + "\"tools\":[{\"type\":\"function\",\"defer\":true,\"function\":{\"name\":\"f\",\"cache\":{\"b\":1,\"a\":2}}}]}");

        var parts = call.turn().messages().getFirst().getPartsList();
        assertThat(parts.get(0).getExtraJson()).isEqualTo("{\"cache_control\":{\"type\":\"ephemeral\",\"n\":1.10}}");
        assertThat(parts.get(1).getExtraJson()).isEqualTo("{\"x\":[1],\"image_url\":{\"format\":\"png\"}}");
        assertThat(parts.get(2).getExtraJson()).isEmpty();
        assertThat(call.turn().tools().getFirst().getExtraJson())
                .isEqualTo("{\"defer\":true,\"function\":{\"cache\":{\"b\":1,\"a\":2}}}");
        assertThat(call.dropped()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"stream_options\":{\"include_usage\":true,\"odd\":{\"a\":1}}|stream_options.odd",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\",\"odd\":1}}|tool_choice.function.odd",
                "\"response_format\":{\"type\":\"text\",\"odd\":[1]}|response_format.odd",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{},\"description\":\"d\"}}"
                        + "|response_format.json_schema.description",
            })
    void namesWhatHasNoPlaceToTravelIn(String fields, String path) {
        CompletionCall call = read("{" + fields + "," + HI + "}");

        assertThat(call.dropped()).containsExactly(path);
    }

    @Test
    void namesWhatBelongsToAnotherKindOfPartOrToACall() {
        CompletionCall call = read("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"t\"},"
                + "{\"image_url\":{\"url\":\"https://e.org/a.png\",\"x\":1},\"type\":\"text\",\"text\":\"t\"}]},"
                + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"index\":0,"
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\",\"strict\":true}}]}]}");

        assertThat(call.dropped())
                .containsExactly(
                        "messages[0].content[1].image_url",
                        "messages[1].tool_calls[0].index",
                        "messages[1].tool_calls[0].function.strict");
        assertThat(call.turn().messages().getFirst().getParts(1).getExtraJson()).isEmpty();
    }

    @Test
    void namesNoMoreThanAPersonReads() {
        StringBuilder options = new StringBuilder("\"include_usage\":true");
        for (int i = 0; i < 10_000; i++) {
            options.append(",\"").append("k".repeat(200)).append(i).append("\":0");
        }

        CompletionCall call = read("{\"stream_options\":{" + options + "}," + HI + "}");

        assertThat(call.dropped())
                .hasSize(101)
                .allSatisfy(path -> assertThat(path).hasSizeLessThan(140));
        assertThat(call.dropped().getLast()).isEqualTo("...");
    }

    @Test
    void aPartOfAnUnknownKindMayHaveAnyText() {
        String part = "{\"type\":\"hologram\",\"text\":{\"a\":1},\"w\":2}";

        assertThat(message("{\"role\":\"user\",\"content\":[" + part + "]}")
                        .getParts(0)
                        .getOtherJson())
                .isEqualTo(part);
    }

    @Test
    void readsRolesAndCallsOfBothAges() {
        Message call = message(
                "{\"role\":\"assistant\",\"content\":null,\"refusal\":null,\"tool_calls\":[{\"id\":\"c1\","
                        + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}],\"audio\":{\"id\":\"a\"}}");
        Message oldCall = message("{\"role\":\"assistant\",\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}");
        Message oldResult = message("{\"role\":\"function\",\"name\":\"f\",\"content\":\"7\"}");

        assertThat(call.getToolCalls(0).getId()).isEqualTo("c1");
        assertThat(call.getExtraJson()).isEqualTo("{\"audio\":{\"id\":\"a\"}}");
        assertThat(oldResult.getRole()).isEqualTo(Role.ROLE_TOOL);
        assertThat(oldResult.getToolCallId()).isEqualTo(oldCall.getToolCalls(0).getId());
        assertThat(message("{\"role\":\"developer\",\"content\":\"d\"}").getRole())
                .isEqualTo(Role.ROLE_DEVELOPER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"temperature\":3|temperature",
                "\"temperature\":\"hot\"|temperature",
                "\"n\":0|n",
                "\"n\":1.5|n",
                "\"seed\":18446744073709551616|seed",
                "\"stream\":\"yes\"|stream",
                "\"stop\":[1]|stop[0]",
                "\"tools\":[{\"type\":\"magic\"}]|tools[0].type",
                "\"tools\":[{\"type\":\"function\",\"function\":{}}]|tools[0].function.name",
                "\"response_format\":{\"type\":\"xml\"}|response_format.type",
                "\"millrace\":{\"goal\":\"win\"}|millrace.goal",
                "\"millrace\":{\"aim\":\"win\"}|millrace.aim",
                "\"metadata\":{\"a\":1}|metadata.a",
                "\"stream_options\":{\"include_usage\":1}|stream_options.include_usage",
                "\"model\":\"\"|model",
            })
    void namesTheFieldThatIsWrong(String fields, String field) {
        assertThatThrownBy(() -> turn(fields)).isInstanceOfSatisfying(TurnFault.class, fault -> {
            assertThat(fault.reason()).isEqualTo(Reason.FIELD_INVALID);
            assertThat(fault.metadata()).containsEntry("field", field);
            assertThat(fault.getMessage()).startsWith(field + ": ").contains("(expected: ");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{|1", "{\"a\":1}{|1", "{\"a\":1,\"a\":2}|1", "[]|-", "nonsense|1"})
    void refusesWhatIsNotOneObject(String body, String line) {
        assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(TurnFault.class, fault -> {
            assertThat(fault.reason()).isEqualTo(Reason.FIELD_INVALID);
            assertThat(fault.metadata().getOrDefault("line", "-")).isEqualTo(line);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"7b000000ffffffff", "0000007bffffffff", "0000fffe", "feff0000", "80", "7bff7d"})
    void refusesBytesThatAreNoText(String hex) {
        assertThatThrownBy(() -> CompletionReader.read(
                        AnswerForm.Kind.CHAT, HEAD, HexFormat.of().parseHex(hex)))
                .isInstanceOfSatisfying(TurnFault.class, fault -> {
                    assertThat(fault.reason()).isEqualTo(Reason.FIELD_INVALID);
                    assertThat(fault.getMessage())
                            .startsWith("malformed JSON at line 1, ")
                            .endsWith(". Correct the body there and send it again");
                });
    }

    @Test
    void neverQuotesTheTextOfAPromptInAFault() {
        assertThatThrownBy(() -> read("{\"messages\":[{\"role\":\"user\",\"content\":\"my secret\", oops}]}"))
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("oops");
    }
}

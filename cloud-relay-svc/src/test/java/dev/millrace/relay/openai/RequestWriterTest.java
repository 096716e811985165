package dev.millrace.relay.openai;

import com.google.protobuf.ByteString;
import dev.millrace.relay.Provider.Dialect;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.WireFormat.UnfitRequest;
import dev.millrace.relay.WireFormat.Written;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Image;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class RequestWriterTest {
    private static StreamCompletionRequest.Builder hello() {
        return StreamCompletionRequest.newBuilder()
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("hi")));
    }

    private static String written(StreamCompletionRequest.Builder request) throws UnfitRequest {
        return written(request, Fixture.model());
    }

    private static String written(StreamCompletionRequest.Builder request, ProviderModel model) throws UnfitRequest {
        return new String(
                RequestWriter.write(Fixture.call(request.build()), model).body(), UTF_8);
    }

    @Test
    void smallestRequestAsksForAStreamWithUsage() throws UnfitRequest {
        assertThat(written(hello()))
                .isEqualTo("{\"model\":\"gpt-4.1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                        + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void extraParametersKeepEveryDigitAndTheirOrder() throws UnfitRequest {
        String extra = "{\"z\":9007199254740993,\"a\":{\"y\":1.10,\"b\":[1e400, 0.1000]},\"t\":\"\\u00e9\"}";

        assertThat(written(hello().setExtraParametersJson(extra)))
                .endsWith(",\"z\":9007199254740993,\"a\":{\"y\":1.10,\"b\":[1e400, 0.1000]},\"t\":\"\\u00e9\"}");
    }

    @Test
    void extraParametersCannotOverrideWhatTheRelayDecides() throws UnfitRequest {
        String extra = "{\"stream\":false,\"model\":\"other\",\"messages\":[],\"max_tokens\":100000,"
                + "\"max_completion_tokens\":9,\"temperature\":2,\"logit_bias\":{\"50256\":-100}}";
        SamplingParameters sampling =
                SamplingParameters.newBuilder().setTemperature(0.5).build();

        String json = written(
                hello().setExtraParametersJson(extra).setSampling(sampling).setOutputTokenLimit(64));

        assertThat(json)
                .contains("\"stream\":true", "\"max_tokens\":64", "\"temperature\":0.5", "\"logit_bias\"")
                .doesNotContain("other", "100000", "max_completion_tokens", "\"temperature\":2");
    }

    @Test
    void extraParametersCannotChangeModelPriceOrWhoSeesThePrompt() throws UnfitRequest {
        String extra = "{\"n\":5,\"service_tier\":\"priority\",\"models\":[\"dear\"],\"route\":\"fallback\","
                + "\"provider\":{\"order\":[\"elsewhere\"]},\"\\u0070lugins\":[{\"id\":\"web\"}],\"stream\":false,"
                + "\"logit_bias\":{}}";

        Written written = RequestWriter.write(
                Fixture.call(hello().setExtraParametersJson(extra).build()), Fixture.model());

        assertThat(written.dropped())
                .containsExactly("n", "service_tier", "models", "route", "provider", "plugins", "stream");
        assertThat(new String(written.body(), UTF_8))
                .endsWith(",\"stream_options\":{\"include_usage\":true},\"logit_bias\":{}}")
                .doesNotContain("dear", "elsewhere", "priority", "web", "\"n\"");
    }

    @Test
    void extraParametersCannotBringToolsOrSoundsOrKeepThePrompt() throws UnfitRequest {
        String extra = "{\"tools\":[{\"type\":\"web_search\"}],\"functions\":[],\"tool_choice\":\"required\","
                + "\"function_call\":\"auto\",\"modalities\":[\"audio\"],\"audio\":{},\"prediction\":{},\"store\":true}";

        Written written = RequestWriter.write(
                Fixture.call(hello().setExtraParametersJson(extra).build()), Fixture.model());

        assertThat(written.dropped())
                .containsExactly(
                        "tools",
                        "functions",
                        "tool_choice",
                        "function_call",
                        "modalities",
                        "audio",
                        "prediction",
                        "store");
        assertThat(new String(written.body(), UTF_8)).endsWith(",\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void saysWhetherLogprobsWereAskedFor() throws UnfitRequest {
        for (String asked : new String[] {"true", "5"}) {
            assertThat(RequestWriter.write(
                                    Fixture.call(hello().setExtraParametersJson("{\"logprobs\":" + asked + "}")
                                            .build()),
                                    Fixture.model())
                            .logprobs())
                    .isTrue();
        }
        for (String extra : new String[] {"", "{\"logprobs\":false}", "{\"logprobs\":null}"}) {
            assertThat(RequestWriter.write(
                                    Fixture.call(hello().setExtraParametersJson(extra)
                                            .build()),
                                    Fixture.model())
                            .logprobs())
                    .isFalse();
        }
    }

    @Test
    void theChoicesThatWereHeldForAreAskedFor() throws UnfitRequest {
        SamplingParameters sampling =
                SamplingParameters.newBuilder().setChoiceCount(2).build();

        assertThat(written(hello().setSampling(sampling).setExtraParametersJson("{\"n\":5}")))
                .contains("\"n\":2")
                .doesNotContain("5");
    }

    @Test
    void extraParametersThatAreNoObjectAreRefused() {
        for (String bad : new String[] {"[1]", "{\"a\":}", "{\"a\":1} x", "{\"a\":1", "[".repeat(100)}) {
            assertThatThrownBy(() -> written(hello().setExtraParametersJson(bad)))
                    .as(bad)
                    .isInstanceOf(UnfitRequest.class)
                    .hasMessageContaining("extra_parameters_json");
        }
    }

    @Test
    void parametersThatTheProviderRejectsAreLeftOutAndNamed() throws UnfitRequest {
        ProviderModel model =
                Fixture.model(new Dialect(Set.of("seed", "logit_bias"), false, "max_completion_tokens", true));
        StreamCompletionRequest request = hello().setSampling(
                        SamplingParameters.newBuilder().setSeed(7).setMaxOutputTokens(5))
                .setExtraParametersJson("{\"logit_bias\":{}}")
                .build();

        Written written = RequestWriter.write(Fixture.call(request), model);

        assertThat(written.dropped()).containsExactly("seed", "logit_bias");
        assertThat(new String(written.body(), UTF_8))
                .contains("\"max_completion_tokens\":5")
                .doesNotContain("seed", "logit_bias", "stream_options");
    }

    @Test
    void toolsAndSchemasAreCopiedAsText() throws UnfitRequest {
        String schema = "{\"type\":\"object\",\"properties\":{\"b\":{},\"a\":{}}}";

        String json = written(hello().addTools(Tool.newBuilder()
                        .setName("weather")
                        .setJsonSchema(schema)
                        .setStrict(true))
                .setToolChoice(ToolChoice.newBuilder()
                        .setMode(ToolChoice.Mode.MODE_NAMED)
                        .setName("weather"))
                .setResponseFormat(ResponseFormat.newBuilder()
                        .setKind(ResponseFormat.Kind.KIND_JSON_SCHEMA)
                        .setName("answer")
                        .setJsonSchema(schema)));

        assertThat(json)
                .contains("\"parameters\":" + schema, "\"strict\":true", "\"schema\":" + schema)
                .contains("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");
    }

    private static StreamCompletionRequest.Builder withExtras() {
        StreamCompletionRequest.Builder request = hello();
        request.getMessagesBuilder(0)
                .setExtraJson("{\"mood\":1.10,\"cache_control\":{\"ttl\":\"1h\"}}")
                .addParts(ContentPart.newBuilder()
                        .setText("long")
                        .setExtraJson("{\"cache_control\":{\"type\":\"ephemeral\"},\"n\":9007199254740993}"))
                .addParts(ContentPart.newBuilder()
                        .setImage(Image.newBuilder().setUrl("https://e.org/a.png"))
                        .setExtraJson("{\"x\":[1],\"image_url\":{\"format\":\"png\"}}"));
        return request.addTools(
                Tool.newBuilder().setName("pay").setExtraJson("{\"cache_control\":{},\"function\":{\"defer\":true}}"));
    }

    @Test
    void keysOfPartsAndToolsThatAreNotModelledGoAlong() throws UnfitRequest {
        Written written = RequestWriter.write(Fixture.call(withExtras().build()), Fixture.model());

        assertThat(new String(written.body(), UTF_8))
                .contains("\"content\":[{\"type\":\"text\",\"text\":\"hi\"},"
                        + "{\"type\":\"text\",\"text\":\"long\",\"cache_control\":{\"type\":\"ephemeral\"},"
                        + "\"n\":9007199254740993},{\"type\":\"image_url\",\"image_url\":"
                        + "{\"url\":\"https://e.org/a.png\",\"format\":\"png\"},\"x\":[1]}],"
                        + "\"mood\":1.10,\"cache_control\":{\"ttl\":\"1h\"}}")
                .contains("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"pay\",\"defer\":true},"
                        + "\"cache_control\":{}}]");
        assertThat(written.dropped()).isEmpty();
    }

    @Test
    void aSingleTextWithKeysOfItsOwnStaysAPart() throws UnfitRequest {
        StreamCompletionRequest.Builder request = hello();
        request.getMessagesBuilder(0).getPartsBuilder(0).setExtraJson("{\"cache_control\":{}}");

        assertThat(written(request)).contains("\"content\":[{\"type\":\"text\",\"text\":\"hi\",\"cache_control\":{}}]");
    }

    @Test
    void keysThatTheProviderRejectsAreLeftOutWhereverTheyStandAndNamed() throws UnfitRequest {
        ProviderModel model = Fixture.model(new Dialect(Set.of("cache_control", "defer"), true, "max_tokens", false));

        Written written = RequestWriter.write(Fixture.call(withExtras().build()), model);

        assertThat(new String(written.body(), UTF_8))
                .contains("mood", "9007199254740993")
                .doesNotContain("cache_control", "defer");
        assertThat(written.dropped())
                .containsExactly(
                        "messages[0].content[1].cache_control",
                        "messages[0].cache_control",
                        "tools[0].function.defer",
                        "tools[0].cache_control");
    }

    @Test
    void extrasCannotReplaceWhatIsModelled() throws UnfitRequest {
        StreamCompletionRequest.Builder request = hello();
        request.getMessagesBuilder(0).setExtraJson("{\"role\":\"system\"}");
        request.getMessagesBuilder(0)
                .getPartsBuilder(0)
                .setExtraJson("{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://elsewhere\"},\"text\":\"bye\"}");
        request.addTools(Tool.newBuilder()
                .setName("pay")
                .setExtraJson("{\"type\":\"web_search\",\"function\":{\"name\":\"steal\",\"parameters\":{}}}"));

        Written written = RequestWriter.write(Fixture.call(request.build()), Fixture.model());

        assertThat(new String(written.body(), UTF_8))
                .doesNotContain("system", "elsewhere", "bye", "web_search", "steal");
        assertThat(written.dropped())
                .containsExactly(
                        "messages[0].content[0].type",
                        "messages[0].content[0].image_url",
                        "messages[0].content[0].text",
                        "messages[0].role",
                        "tools[0].function.name",
                        "tools[0].function.parameters",
                        "tools[0].type");
    }

    @Test
    void extrasThatAreNoObjectAreRefusedWithTheirField() {
        StreamCompletionRequest.Builder request = hello();
        request.getMessagesBuilder(0).getPartsBuilder(0).setExtraJson("[1]");

        assertThatThrownBy(() -> written(request)).hasMessageContaining("messages.parts.extra_json");
        assertThatThrownBy(() ->
                        written(hello().addTools(Tool.newBuilder().setName("f").setExtraJson("{\"function\":7}"))))
                .hasMessageContaining("tools.extra_json");
    }

    @Test
    void picturesGoAsDataAddresses() throws UnfitRequest {
        StreamCompletionRequest.Builder request = hello();
        request.getMessagesBuilder(0)
                .addParts(ContentPart.newBuilder()
                        .setImage(Image.newBuilder()
                                .setData(ByteString.copyFromUtf8("png"))
                                .setMimeType("image/png")
                                .setDetail("low")));

        assertThat(written(request))
                .contains("{\"type\":\"text\",\"text\":\"hi\"}")
                .contains("{\"url\":\"data:image/png;base64,cG5n\",\"detail\":\"low\"}");
    }
}

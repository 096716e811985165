package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.Provider.Dialect;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.WireFormat.UnfitRequest;
import dev.millrace.relay.WireFormat.Written;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a completion request: first what the relay decides, then the modelled parameters, then the caller's others in
 * the text they came in. What is decided before a prompt leaves cannot be changed from there: the model, the messages, the
 * limits that money is held for, the price, and who gets to see the prompt. Such keys are left out and named.
 */
final class RequestWriter {
    private static final Set<String> DECIDED = Set.of(
            // What the relay writes itself, or the hold depends on.
            "model",
            "messages",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "n",
            "best_of",
            // What the prompt's need was judged by: other tools, sounds and pictures come and cost beside the text.
            "tools",
            "tool_choice",
            "functions",
            "function_call",
            "modalities",
            "audio",
            "prediction",
            // Keeps the prompt at the provider.
            "store",
            // Another price for the same tokens.
            "service_tier",
            "speed",
            // Another model, or another house behind the provider.
            "models",
            "fallbacks",
            "route",
            "provider",
            "preset",
            // What the provider would fetch or ask elsewhere with the prompt, at a price of its own.
            "plugins",
            "web_search_options",
            "search_parameters");

    private static final Set<String> MODELLED_OF_TOOLS = Set.of("type", "function");
    private static final Set<String> MODELLED_OF_FUNCTIONS = Set.of("name", "description", "parameters", "strict");
    private static final Set<String> NO_LOGPROBS = Set.of("false", "null");

    private final CompletionCall call;
    private final Dialect dialect;
    private final JsonGenerator json;
    private final Set<String> written = new HashSet<>();
    private final List<String> dropped = new ArrayList<>(0);
    private final ExtraKeys extraKeys;
    private boolean logprobs;

    private RequestWriter(CompletionCall call, Dialect dialect, JsonGenerator json) {
        this.call = call;
        this.dialect = dialect;
        this.json = json;
        this.extraKeys = new ExtraKeys(json, dialect.droppedParameters(), dropped);
    }

    static Written write(CompletionCall call, ProviderModel model) throws UnfitRequest {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
            RequestWriter writer = new RequestWriter(call, model.provider().dialect(), json);
            writer.write(model);
            json.flush();
            return new Written(bytes.toByteArray(), List.copyOf(writer.dropped), writer.logprobs);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void write(ProviderModel model) throws IOException, UnfitRequest {
        json.writeStartObject();
        json.writeStringField("model", model.wireName());
        messages();
        json.writeBooleanField("stream", true);
        if (dialect.usageInStream()) {
            json.writeObjectFieldStart("stream_options");
            json.writeBooleanField("include_usage", true);
            json.writeEndObject();
        }
        if (call.outputTokensMax().isPresent()) {
            json.writeNumberField(
                    dialect.outputLimitField(), call.outputTokensMax().getAsLong());
        }
        sampling(call.sampling());
        tools();
        format();
        if (!call.endUser().isEmpty() && takes("user")) {
            json.writeStringField("user", call.endUser());
        }
        extras();
        json.writeEndObject();
    }

    private void messages() throws IOException, UnfitRequest {
        json.writeArrayFieldStart("messages");
        MessageWriter messages = new MessageWriter(json, dialect.developerRole(), extraKeys);
        int place = 0;
        for (Message message : call.messages()) {
            messages.write("messages[" + place++ + "]", message);
        }
        json.writeEndArray();
    }

    private void sampling(SamplingParameters sampling) throws IOException {
        if (sampling.hasTemperature() && takes("temperature")) {
            json.writeNumberField("temperature", sampling.getTemperature());
        }
        if (sampling.hasTopP() && takes("top_p")) {
            json.writeNumberField("top_p", sampling.getTopP());
        }
        if (sampling.hasTopK() && takes("top_k")) {
            json.writeNumberField("top_k", sampling.getTopK());
        }
        if (sampling.hasMinP() && takes("min_p")) {
            json.writeNumberField("min_p", sampling.getMinP());
        }
        if (sampling.hasSeed() && takes("seed")) {
            json.writeNumberField("seed", sampling.getSeed());
        }
        if (sampling.hasFrequencyPenalty() && takes("frequency_penalty")) {
            json.writeNumberField("frequency_penalty", sampling.getFrequencyPenalty());
        }
        if (sampling.hasPresencePenalty() && takes("presence_penalty")) {
            json.writeNumberField("presence_penalty", sampling.getPresencePenalty());
        }
        if (sampling.hasChoiceCount() && takes("n")) {
            json.writeNumberField("n", sampling.getChoiceCount());
        }
        if (sampling.getStopCount() > 0 && takes("stop")) {
            json.writeArrayFieldStart("stop");
            for (String stop : sampling.getStopList()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
    }

    private void tools() throws IOException, UnfitRequest {
        if (!call.tools().isEmpty() && takes("tools")) {
            json.writeArrayFieldStart("tools");
            int place = 0;
            for (Tool tool : call.tools()) {
                tool("tools[" + place++ + "]", tool);
            }
            json.writeEndArray();
        }
        ToolChoice choice = call.toolChoice();
        String word = choiceWord(choice.getMode());
        if (!word.isEmpty() && takes("tool_choice")) {
            json.writeStringField("tool_choice", word);
        } else if (choice.getMode() == ToolChoice.Mode.MODE_NAMED && takes("tool_choice")) {
            json.writeObjectFieldStart("tool_choice");
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", choice.getName());
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static String choiceWord(ToolChoice.Mode mode) {
        return switch (mode) {
            case MODE_AUTO -> "auto";
            case MODE_NONE -> "none";
            case MODE_REQUIRED -> "required";
            case MODE_NAMED, MODE_UNSPECIFIED, UNRECOGNIZED -> "";
        };
    }

    private void tool(String path, Tool tool) throws IOException, UnfitRequest {
        ExtraKeys.Keys keys = ExtraKeys.read("tools.extra_json", path, tool.getExtraJson());
        ExtraKeys.Keys ofFunction = keys.inside("function");
        json.writeStartObject();
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", tool.getName());
        if (!tool.getDescription().isEmpty()) {
            json.writeStringField("description", tool.getDescription());
        }
        if (!tool.getJsonSchema().isEmpty()) {
            raw("parameters", RawObject.checked("tools.json_schema", tool.getJsonSchema()));
        }
        if (tool.hasStrict()) {
            json.writeBooleanField("strict", tool.getStrict());
        }
        extraKeys.write(ofFunction, MODELLED_OF_FUNCTIONS);
        json.writeEndObject();
        extraKeys.write(keys, MODELLED_OF_TOOLS);
        json.writeEndObject();
    }

    private void format() throws IOException, UnfitRequest {
        if (call.wantedFormat().isEmpty() || !takes("response_format")) {
            return;
        }
        ResponseFormat format = call.responseFormat();
        json.writeObjectFieldStart("response_format");
        switch (format.getKind()) {
            case KIND_TEXT, KIND_UNSPECIFIED, UNRECOGNIZED -> json.writeStringField("type", "text");
            case KIND_JSON_OBJECT -> json.writeStringField("type", "json_object");
            case KIND_JSON_SCHEMA -> schema(format);
        }
        json.writeEndObject();
    }

    private void schema(ResponseFormat format) throws IOException, UnfitRequest {
        json.writeStringField("type", "json_schema");
        json.writeObjectFieldStart("json_schema");
        json.writeStringField("name", format.getName().isEmpty() ? "answer" : format.getName());
        raw("schema", RawObject.checked("response_format.json_schema", format.getJsonSchema()));
        if (format.hasStrict()) {
            json.writeBooleanField("strict", format.getStrict());
        }
        json.writeEndObject();
    }

    private void extras() throws IOException, UnfitRequest {
        for (Map.Entry<String, String> extra : RawObject.fields("extra_parameters_json", call.extraParametersJson())
                .entrySet()) {
            String name = extra.getKey();
            if (DECIDED.contains(name)) {
                dropped.add(name);
            } else if (!written.contains(name) && takes(name)) {
                raw(name, extra.getValue());
                logprobs |= name.equals("logprobs") && !NO_LOGPROBS.contains(extra.getValue());
            }
        }
    }

    private void raw(String name, String text) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(text);
    }

    /** Notes the parameter as written, or as dropped where the provider would reject it. */
    private boolean takes(String name) {
        written.add(name);
        if (dialect.droppedParameters().contains(name)) {
            dropped.add(name);
            return false;
        }
        return true;
    }
}

package dev.millrace.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What an engine is asked to generate; checked at the door, trusted inside.
 *
 * @param messages the conversation, oldest first, not empty
 * @param outputTokensMax generation stops after so many tokens, >= 1
 * @param lengthCause what set {@code outputTokensMax}
 * @param estimatedInputTokens the prompt's tokens as the classifier estimated them; empty: unknown
 * @param extraParametersJson the text of a JSON object passed on where the engine takes it; empty: none
 */
public record Generation(
        String model,
        List<Message> messages,
        SamplingParameters sampling,
        List<Tool> tools,
        ToolChoice toolChoice,
        ResponseFormat responseFormat,
        long outputTokensMax,
        LengthCause lengthCause,
        OptionalLong estimatedInputTokens,
        String extraParametersJson) {
    private static final JsonFactory JSON = new JsonFactory();

    public Generation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** The names of the extra parameters, in order; one name for all of them where their text is no JSON object. */
    public List<String> extraParameterNames() {
        if (extraParametersJson.isEmpty()) {
            return List.of();
        }
        try (JsonParser parser = JSON.createParser(extraParametersJson)) {
            List<String> names = new ArrayList<>();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                names.add(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
            return names;
        } catch (IOException malformed) {
            return List.of("extra_parameters_json");
        }
    }
}

package dev.millrace.local;

import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
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

    public Generation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }
}

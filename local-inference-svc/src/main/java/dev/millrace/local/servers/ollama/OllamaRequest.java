package dev.millrace.local.servers.ollama;

import dev.millrace.local.DroppedKeys;
import dev.millrace.local.Generation;
import dev.millrace.local.servers.Json;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolCall;
import dev.millrace.schema.completion.v1.ToolChoice.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a generation as the body of {@code POST /api/chat}. The window is always named and cutting is forbidden, because
 * Ollama otherwise takes a small window and drops the beginning of long prompts without a word.
 */
final class OllamaRequest {
    private static final Set<String> TAKEN = Set.of("name", "tool_calls");

    private OllamaRequest() {}

    static Map<String, Object> of(Generation generation, long contextLength) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", generation.model());
        List<Object> messages = new ArrayList<>();
        for (Message message : generation.messages()) {
            messages.add(message(message));
        }
        body.put("messages", messages);
        body.put("stream", true);
        body.put("truncate", false);
        body.put("shift", false);
        body.put("options", options(generation, contextLength));
        List<Object> tools = new ArrayList<>();
        for (Tool tool : generation.tools()) {
            tools.add(tool(tool));
        }
        if (!tools.isEmpty() && generation.toolChoice().getMode() != Mode.MODE_NONE) {
            body.put("tools", tools);
        }
        switch (generation.responseFormat().getKind()) {
            case KIND_JSON_OBJECT -> body.put("format", "json");
            case KIND_JSON_SCHEMA ->
                body.put("format", Json.parse(generation.responseFormat().getJsonSchema()));
            case KIND_TEXT, KIND_UNSPECIFIED, UNRECOGNIZED -> {}
        }
        return body;
    }

    /** What the request names and Ollama has no word for. */
    static List<String> dropped(Generation generation) {
        List<String> dropped = new ArrayList<>();
        Mode mode = generation.toolChoice().getMode();
        if (mode == Mode.MODE_REQUIRED || mode == Mode.MODE_NAMED) {
            dropped.add("tool_choice");
        }
        dropped.addAll(generation.extraParameterNames());
        dropped.addAll(DroppedKeys.of(generation, TAKEN));
        return dropped;
    }

    private static Map<String, Object> options(Generation generation, long contextLength) {
        SamplingParameters sampling = generation.sampling();
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("num_ctx", contextLength);
        options.put("num_predict", generation.outputTokensMax());
        putIf(options, sampling.hasTemperature(), "temperature", sampling.getTemperature());
        putIf(options, sampling.hasTopP(), "top_p", sampling.getTopP());
        putIf(options, sampling.hasTopK(), "top_k", sampling.getTopK());
        putIf(options, sampling.hasMinP(), "min_p", sampling.getMinP());
        putIf(options, sampling.hasSeed(), "seed", sampling.getSeed());
        putIf(options, sampling.hasFrequencyPenalty(), "frequency_penalty", sampling.getFrequencyPenalty());
        putIf(options, sampling.hasPresencePenalty(), "presence_penalty", sampling.getPresencePenalty());
        putIf(options, sampling.getStopCount() > 0, "stop", List.copyOf(sampling.getStopList()));
        return options;
    }

    private static void putIf(Map<String, Object> body, boolean isSet, String name, Object value) {
        if (isSet) {
            body.put(name, value);
        }
    }

    private static Object tool(Tool tool) throws IOException {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.getName());
        function.put("description", tool.getDescription());
        function.put(
                "parameters",
                tool.getJsonSchema().isEmpty() ? Map.of("type", "object") : Json.parse(tool.getJsonSchema()));
        return Map.of("type", "function", "function", function);
    }

    private static Object message(Message message) throws IOException {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put(
                "role",
                switch (message.getRole()) {
                    case ROLE_SYSTEM, ROLE_DEVELOPER -> "system";
                    case ROLE_ASSISTANT -> "assistant";
                    case ROLE_TOOL -> "tool";
                    case ROLE_USER, ROLE_UNSPECIFIED, UNRECOGNIZED -> "user";
                });
        StringBuilder text = new StringBuilder();
        List<String> images = new ArrayList<>();
        for (ContentPart part : message.getPartsList()) {
            text.append(part.getText());
            if (part.hasImage() && part.getImage().hasData()) {
                images.add(Base64.getEncoder()
                        .encodeToString(part.getImage().getData().toByteArray()));
            }
        }
        written.put("content", text.toString());
        putIf(written, !images.isEmpty(), "images", images);
        List<Object> calls = new ArrayList<>();
        for (ToolCall call : message.getToolCallsList()) {
            calls.add(Map.of("function", Map.of("name", call.getName(), "arguments", arguments(call))));
        }
        putIf(written, !calls.isEmpty(), "tool_calls", calls);
        putIf(written, !message.getName().isEmpty(), "tool_name", message.getName());
        return written;
    }

    private static Json arguments(ToolCall call) throws IOException {
        return call.getArguments().isBlank() ? new Json(Map.of()) : Json.parse(call.getArguments());
    }
}

package dev.millrace.local.servers.openai;

import dev.millrace.local.DroppedKeys;
import dev.millrace.local.Generation;
import dev.millrace.local.servers.Json;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Image;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A generation as {@code POST /v1/chat/completions} takes it.
 *
 * @param dropped what of the generation is not in the body
 */
record ChatRequest(Map<String, Object> body, List<String> dropped) {
    /** How far the classifier's estimate of a prompt may be off. */
    private static final double ESTIMATE_MARGIN = 1.25;

    /** The limits and the number of answers are the request's own, even where it sets none. */
    private static final Set<String> DECIDED = Set.of("max_tokens", "max_completion_tokens", "n", "best_of");

    private static final Set<String> TAKEN =
            Set.of("name", "tool_calls", "tool_call_id", "image_url.url", "function.strict");

    static ChatRequest of(Generation generation, OptionalLong contextLength) throws IOException {
        Map<String, Object> own = own(generation, contextLength);
        Map<String, Object> body = new LinkedHashMap<>();
        List<String> dropped = new ArrayList<>();
        if (!generation.extraParametersJson().isEmpty()) {
            Json.parse(generation.extraParametersJson()).members().forEach((name, value) -> {
                if (own.containsKey(name) || DECIDED.contains(name)) {
                    dropped.add(name);
                } else {
                    body.put(name, value);
                }
            });
        }
        body.putAll(own);
        dropped.addAll(DroppedKeys.of(generation, TAKEN));
        return new ChatRequest(body, dropped);
    }

    private static Map<String, Object> own(Generation generation, OptionalLong contextLength) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", generation.model());
        body.put(
                "messages",
                generation.messages().stream().map(ChatRequest::message).toList());
        body.put("stream", true);
        body.put("stream_options", Map.of("include_usage", true));
        outputLimit(generation, contextLength).ifPresent(limit -> body.put("max_tokens", limit));
        sampling(body, generation.sampling());
        tools(body, generation);
        format(body, generation);
        return body;
    }

    /**
     * What the caller or the budget has set goes as it is. The default must fit beside the prompt, because some engines refuse
     * a request that asks for more than the window holds; in a window no larger than the default the window itself rules.
     */
    private static OptionalLong outputLimit(Generation generation, OptionalLong contextLength) {
        long limit = generation.outputTokensMax();
        boolean chosen = generation.sampling().hasMaxOutputTokens()
                || generation.lengthCause() == LengthCause.LENGTH_CAUSE_BUDGET;
        if (chosen || contextLength.isEmpty()) {
            return OptionalLong.of(limit);
        }
        if (contextLength.getAsLong() <= limit) {
            return OptionalLong.empty();
        }
        long prompt = (long) (generation.estimatedInputTokens().orElse(0) * ESTIMATE_MARGIN);
        return OptionalLong.of(Math.max(1, Math.min(limit, contextLength.getAsLong() - prompt)));
    }

    private static void sampling(Map<String, Object> body, SamplingParameters sampling) {
        putIf(body, sampling.hasTemperature(), "temperature", sampling.getTemperature());
        putIf(body, sampling.hasTopP(), "top_p", sampling.getTopP());
        putIf(body, sampling.hasTopK(), "top_k", sampling.getTopK());
        putIf(body, sampling.hasMinP(), "min_p", sampling.getMinP());
        putIf(body, sampling.hasSeed(), "seed", sampling.getSeed());
        putIf(body, sampling.hasFrequencyPenalty(), "frequency_penalty", sampling.getFrequencyPenalty());
        putIf(body, sampling.hasPresencePenalty(), "presence_penalty", sampling.getPresencePenalty());
        putIf(body, sampling.getStopCount() > 0, "stop", List.copyOf(sampling.getStopList()));
        putIf(body, sampling.getChoiceCount() > 1, "n", sampling.getChoiceCount());
    }

    private static void putIf(Map<String, Object> body, boolean isSet, String name, Object value) {
        if (isSet) {
            body.put(name, value);
        }
    }

    private static void tools(Map<String, Object> body, Generation generation) throws IOException {
        if (generation.tools().isEmpty()) {
            return;
        }
        List<Object> tools = new ArrayList<>();
        for (Tool tool : generation.tools()) {
            tools.add(tool(tool));
        }
        body.put("tools", tools);
        switch (generation.toolChoice().getMode()) {
            case MODE_AUTO -> body.put("tool_choice", "auto");
            case MODE_NONE -> body.put("tool_choice", "none");
            case MODE_REQUIRED -> body.put("tool_choice", "required");
            case MODE_NAMED ->
                body.put(
                        "tool_choice",
                        Map.of(
                                "type",
                                "function",
                                "function",
                                Map.of("name", generation.toolChoice().getName())));
            case MODE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }

    /** A tool in the form that all engines share. */
    private static Map<String, Object> tool(Tool tool) throws IOException {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.getName());
        putIf(function, !tool.getDescription().isEmpty(), "description", tool.getDescription());
        if (!tool.getJsonSchema().isEmpty()) {
            function.put("parameters", Json.parse(tool.getJsonSchema()));
        }
        putIf(function, tool.hasStrict(), "strict", tool.getStrict());
        return Map.of("type", "function", "function", function);
    }

    private static void format(Map<String, Object> body, Generation generation) throws IOException {
        switch (generation.responseFormat().getKind()) {
            case KIND_JSON_OBJECT -> body.put("response_format", Map.of("type", "json_object"));
            case KIND_JSON_SCHEMA -> {
                Map<String, Object> schema = new LinkedHashMap<>();
                schema.put("name", generation.responseFormat().getName());
                schema.put("schema", Json.parse(generation.responseFormat().getJsonSchema()));
                putIf(
                        schema,
                        generation.responseFormat().hasStrict(),
                        "strict",
                        generation.responseFormat().getStrict());
                body.put("response_format", Map.of("type", "json_schema", "json_schema", schema));
            }
            case KIND_TEXT, KIND_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }

    private static Map<String, Object> message(Message message) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("role", role(message.getRole()));
        boolean isText = message.getPartsList().stream().allMatch(ContentPart::hasText);
        written.put("content", isText ? text(message) : parts(message));
        putIf(written, !message.getName().isEmpty(), "name", message.getName());
        putIf(written, !message.getToolCallId().isEmpty(), "tool_call_id", message.getToolCallId());
        putIf(
                written,
                message.getToolCallsCount() > 0,
                "tool_calls",
                message.getToolCallsList().stream().map(ChatRequest::call).toList());
        return written;
    }

    private static String role(Role role) {
        return switch (role) {
            case ROLE_SYSTEM, ROLE_DEVELOPER -> "system";
            case ROLE_ASSISTANT -> "assistant";
            case ROLE_TOOL -> "tool";
            case ROLE_USER, ROLE_UNSPECIFIED, UNRECOGNIZED -> "user";
        };
    }

    private static String text(Message message) {
        StringBuilder text = new StringBuilder();
        message.getPartsList().forEach(part -> text.append(part.getText()));
        return text.toString();
    }

    private static List<Object> parts(Message message) {
        List<Object> parts = new ArrayList<>();
        for (ContentPart part : message.getPartsList()) {
            if (part.hasImage()) {
                parts.add(Map.of("type", "image_url", "image_url", Map.of("url", url(part.getImage()))));
            } else {
                parts.add(Map.of("type", "text", "text", part.getText()));
            }
        }
        return parts;
    }

    private static String url(Image image) {
        return image.hasUrl()
                ? image.getUrl()
                : "data:" + image.getMimeType() + ";base64,"
                        + Base64.getEncoder().encodeToString(image.getData().toByteArray());
    }

    private static Object call(ToolCall call) {
        return Map.of(
                "id",
                call.getId(),
                "type",
                "function",
                "function",
                Map.of("name", call.getName(), "arguments", call.getArguments()));
    }
}

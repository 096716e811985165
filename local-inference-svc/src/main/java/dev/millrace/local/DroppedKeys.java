package dev.millrace.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Image;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Tool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Names what of messages and tools an engine is not given, by the paths that callers know from OpenAI's API, such as
 * {@code messages[0].content[1].cache_control}: nothing vanishes without a word.
 */
public final class DroppedKeys {
    /** More paths than a person reads are not named. */
    private static final int NAMED_MAX = 100;

    private static final int KEY_CHARS_MAX = 64;
    private static final JsonFactory JSON = new JsonFactory();

    /** Objects inside of a part or a tool whose own keys are named. */
    private static final Set<String> INNER = Set.of("function", "image_url", "input_audio", "file");

    private final Set<String> taken;
    private final List<String> names = new ArrayList<>(0);

    private DroppedKeys(Set<String> taken) {
        this.taken = taken;
    }

    /**
     * The paths, in the order of the request.
     *
     * @param taken the keys that the engine is given beside role, text and a picture's data: of {@code name},
     *     {@code tool_calls}, {@code tool_call_id}, {@code reasoning_content}, {@code image_url.url},
     *     {@code image_url.detail}, {@code function.strict}
     */
    public static List<String> of(Generation generation, Set<String> taken) {
        DroppedKeys keys = new DroppedKeys(taken);
        int place = 0;
        for (Message message : generation.messages()) {
            keys.message("messages[" + place++ + "]", message);
        }
        place = 0;
        for (Tool tool : generation.tools()) {
            keys.tool("tools[" + place++ + "]", tool);
        }
        return keys.names;
    }

    private void message(String path, Message message) {
        for (int i = 0; i < message.getPartsCount(); i++) {
            part(path + ".content[" + i + "]", message.getParts(i));
        }
        note(!message.getName().isEmpty(), path, "name");
        note(message.getToolCallsCount() > 0, path, "tool_calls");
        note(!message.getToolCallId().isEmpty(), path, "tool_call_id");
        note(!message.getReasoning().isEmpty(), path, "reasoning_content");
        extras(path, message.getExtraJson());
    }

    private void part(String path, ContentPart part) {
        switch (part.getContentCase()) {
            case AUDIO, FILE, OTHER_JSON -> {
                add(path);
                return;
            }
            case IMAGE -> image(path, part.getImage());
            case TEXT, CONTENT_NOT_SET -> {}
        }
        extras(path, part.getExtraJson());
    }

    private void image(String path, Image image) {
        note(image.hasUrl(), path, "image_url.url");
        note(!image.getDetail().isEmpty(), path, "image_url.detail");
    }

    private void tool(String path, Tool tool) {
        note(tool.hasStrict(), path, "function.strict");
        extras(path, tool.getExtraJson());
    }

    private void note(boolean isThere, String path, String key) {
        if (isThere && !taken.contains(key)) {
            add(path + "." + key);
        }
    }

    private void extras(String path, String json) {
        if (json.isEmpty()) {
            return;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            object(path, parser, INNER);
        } catch (IOException malformed) {
            add(path + ".extra_json");
        }
    }

    private void object(String path, JsonParser parser, Set<String> inner) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            if (isObject && inner.contains(name)) {
                object(path + "." + name, parser, Set.of());
            } else {
                add(path + "." + shortened(name));
                parser.skipChildren();
            }
        }
    }

    private static String shortened(String key) {
        return key.length() <= KEY_CHARS_MAX ? key : key.substring(0, KEY_CHARS_MAX) + "...";
    }

    private void add(String path) {
        if (names.size() < NAMED_MAX) {
            names.add(path);
        }
    }
}

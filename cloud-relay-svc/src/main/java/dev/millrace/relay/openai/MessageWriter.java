package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import dev.millrace.relay.WireFormat.UnfitRequest;
import dev.millrace.schema.completion.v1.Audio;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.File;
import dev.millrace.schema.completion.v1.Image;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.ToolCall;
import java.io.IOException;
import java.util.Base64;
import java.util.Set;

/** Writes messages with all their parts; pictures and files as data addresses, addresses as they are: nothing is fetched. */
final class MessageWriter {
    private static final Set<String> MODELLED =
            Set.of("role", "content", "name", "tool_calls", "tool_call_id", "reasoning_content");

    private static final String IMAGE = "image_url";
    private static final String AUDIO = "input_audio";
    private static final String FILE = "file";
    private static final Set<String> MODELLED_OF_PARTS = Set.of("type", "text", IMAGE, AUDIO, FILE);
    private static final Set<String> MODELLED_OF_IMAGES = Set.of("url", "detail");
    private static final Set<String> MODELLED_OF_AUDIO = Set.of("data", "format");
    private static final Set<String> MODELLED_OF_FILES = Set.of("file_data", "file_id", "filename");

    private final JsonGenerator json;
    private final boolean developerRole;
    private final ExtraKeys extras;

    MessageWriter(JsonGenerator json, boolean developerRole, ExtraKeys extras) {
        this.json = json;
        this.developerRole = developerRole;
        this.extras = extras;
    }

    /** @param path where the message stands in the request, such as {@code messages[0]} */
    void write(String path, Message message) throws IOException, UnfitRequest {
        json.writeStartObject();
        json.writeStringField("role", role(message.getRole()));
        content(path, message);
        if (!message.getName().isEmpty()) {
            json.writeStringField("name", message.getName());
        }
        if (!message.getReasoning().isEmpty()) {
            json.writeStringField("reasoning_content", message.getReasoning());
        }
        toolCalls(message);
        if (!message.getToolCallId().isEmpty()) {
            json.writeStringField("tool_call_id", message.getToolCallId());
        }
        extras.write(ExtraKeys.read("messages.extra_json", path, message.getExtraJson()), MODELLED);
        json.writeEndObject();
    }

    private String role(Role role) {
        return switch (role) {
            case ROLE_SYSTEM -> "system";
            case ROLE_DEVELOPER -> developerRole ? "developer" : "system";
            case ROLE_USER, ROLE_UNSPECIFIED, UNRECOGNIZED -> "user";
            case ROLE_ASSISTANT -> "assistant";
            case ROLE_TOOL -> "tool";
        };
    }

    private void content(String path, Message message) throws IOException, UnfitRequest {
        if (message.getPartsCount() == 0) {
            json.writeNullField("content");
        } else if (message.getPartsCount() == 1 && isBareText(message.getParts(0))) {
            json.writeStringField("content", message.getParts(0).getText());
        } else {
            json.writeArrayFieldStart("content");
            for (int i = 0; i < message.getPartsCount(); i++) {
                part(path + ".content[" + i + "]", message.getParts(i));
            }
            json.writeEndArray();
        }
    }

    private static boolean isBareText(ContentPart part) {
        return part.hasText() && part.getExtraJson().isEmpty();
    }

    private void part(String path, ContentPart part) throws IOException, UnfitRequest {
        if (part.hasOtherJson()) {
            json.writeRawValue(RawObject.checked("messages.parts.other_json", part.getOtherJson()));
            return;
        }
        ExtraKeys.Keys keys = ExtraKeys.read("messages.parts.extra_json", path, part.getExtraJson());
        json.writeStartObject();
        switch (part.getContentCase()) {
            case TEXT -> {
                json.writeStringField("type", "text");
                json.writeStringField("text", part.getText());
            }
            case IMAGE -> image(part.getImage(), keys.inside(IMAGE));
            case AUDIO -> audio(part.getAudio(), keys.inside(AUDIO));
            case FILE -> file(part.getFile(), keys.inside(FILE));
            case OTHER_JSON, CONTENT_NOT_SET ->
                throw new UnfitRequest("messages.parts", "messages.parts: a part without content");
        }
        extras.write(keys, MODELLED_OF_PARTS);
        json.writeEndObject();
    }

    private void image(Image image, ExtraKeys.Keys keys) throws IOException {
        json.writeStringField("type", IMAGE);
        json.writeObjectFieldStart(IMAGE);
        json.writeStringField(
                "url",
                image.hasData() ? dataAddress(image.getMimeType(), "image/png", image.getData()) : image.getUrl());
        if (!image.getDetail().isEmpty()) {
            json.writeStringField("detail", image.getDetail());
        }
        extras.write(keys, MODELLED_OF_IMAGES);
        json.writeEndObject();
    }

    private void audio(Audio audio, ExtraKeys.Keys keys) throws IOException {
        json.writeStringField("type", AUDIO);
        json.writeObjectFieldStart(AUDIO);
        json.writeStringField("data", base64(audio.getData()));
        json.writeStringField("format", audio.getFormat());
        extras.write(keys, MODELLED_OF_AUDIO);
        json.writeEndObject();
    }

    private void file(File file, ExtraKeys.Keys keys) throws IOException {
        json.writeStringField("type", FILE);
        json.writeObjectFieldStart(FILE);
        if (file.hasData()) {
            json.writeStringField(
                    "file_data", dataAddress(file.getMimeType(), "application/octet-stream", file.getData()));
        } else {
            json.writeStringField("file_id", file.getFileId());
        }
        if (!file.getFilename().isEmpty()) {
            json.writeStringField("filename", file.getFilename());
        }
        extras.write(keys, MODELLED_OF_FILES);
        json.writeEndObject();
    }

    private void toolCalls(Message message) throws IOException {
        if (message.getToolCallsCount() == 0) {
            return;
        }
        json.writeArrayFieldStart("tool_calls");
        for (ToolCall call : message.getToolCallsList()) {
            json.writeStartObject();
            json.writeStringField("id", call.getId());
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.getName());
            json.writeStringField("arguments", call.getArguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String dataAddress(String mimeType, String otherwise, ByteString data) {
        return "data:" + (mimeType.isEmpty() ? otherwise : mimeType) + ";base64," + base64(data);
    }

    private static String base64(ByteString data) {
        return Base64.getEncoder().encodeToString(data.toByteArray());
    }
}

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
import java.util.Map;
import java.util.Set;

/** Writes messages with all their parts; pictures and files as data addresses, addresses as they are: nothing is fetched. */
final class MessageWriter {
    private static final Set<String> MODELLED =
            Set.of("role", "content", "name", "tool_calls", "tool_call_id", "reasoning_content");

    private final JsonGenerator json;
    private final boolean developerRole;

    MessageWriter(JsonGenerator json, boolean developerRole) {
        this.json = json;
        this.developerRole = developerRole;
    }

    void write(Message message) throws IOException, UnfitRequest {
        json.writeStartObject();
        json.writeStringField("role", role(message.getRole()));
        content(message);
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
        for (Map.Entry<String, String> extra :
                RawObject.fields("messages.extra_json", message.getExtraJson()).entrySet()) {
            if (!MODELLED.contains(extra.getKey())) {
                raw(extra.getKey(), extra.getValue());
            }
        }
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

    private void content(Message message) throws IOException, UnfitRequest {
        if (message.getPartsCount() == 0) {
            json.writeNullField("content");
        } else if (message.getPartsCount() == 1 && message.getParts(0).hasText()) {
            json.writeStringField("content", message.getParts(0).getText());
        } else {
            json.writeArrayFieldStart("content");
            for (ContentPart part : message.getPartsList()) {
                part(part);
            }
            json.writeEndArray();
        }
    }

    private void part(ContentPart part) throws IOException, UnfitRequest {
        switch (part.getContentCase()) {
            case TEXT -> {
                json.writeStartObject();
                json.writeStringField("type", "text");
                json.writeStringField("text", part.getText());
                json.writeEndObject();
            }
            case IMAGE -> image(part.getImage());
            case AUDIO -> audio(part.getAudio());
            case FILE -> file(part.getFile());
            case OTHER_JSON -> json.writeRawValue(RawObject.checked("messages.parts.other_json", part.getOtherJson()));
            case CONTENT_NOT_SET -> throw new UnfitRequest("messages.parts", "messages.parts: a part without content");
        }
    }

    private void image(Image image) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "image_url");
        json.writeObjectFieldStart("image_url");
        json.writeStringField(
                "url",
                image.hasData() ? dataAddress(image.getMimeType(), "image/png", image.getData()) : image.getUrl());
        if (!image.getDetail().isEmpty()) {
            json.writeStringField("detail", image.getDetail());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void audio(Audio audio) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "input_audio");
        json.writeObjectFieldStart("input_audio");
        json.writeStringField("data", base64(audio.getData()));
        json.writeStringField("format", audio.getFormat());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void file(File file) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "file");
        json.writeObjectFieldStart("file");
        if (file.hasData()) {
            json.writeStringField(
                    "file_data", dataAddress(file.getMimeType(), "application/octet-stream", file.getData()));
        } else {
            json.writeStringField("file_id", file.getFileId());
        }
        if (!file.getFilename().isEmpty()) {
            json.writeStringField("filename", file.getFilename());
        }
        json.writeEndObject();
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

    private void raw(String name, String text) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(text);
    }

    private static String dataAddress(String mimeType, String otherwise, ByteString data) {
        return "data:" + (mimeType.isEmpty() ? otherwise : mimeType) + ";base64," + base64(data);
    }

    private static String base64(ByteString data) {
        return Base64.getEncoder().encodeToString(data.toByteArray());
    }
}

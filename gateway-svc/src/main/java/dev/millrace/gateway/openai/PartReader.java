package dev.millrace.gateway.openai;

import com.google.protobuf.ByteString;
import dev.millrace.gateway.TurnFault;
import dev.millrace.schema.completion.v1.Audio;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.File;
import dev.millrace.schema.completion.v1.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one part of a message's content. A part's type may come after its data, so that it is read as a whole first; a part
 * of a kind that is not known here passes untouched, and so do keys of the others that are not known. What belongs to a part
 * of another kind is left out and named: nobody would reckon with it.
 */
final class PartReader {
    private static final String DATA_SCHEME = "data:";
    private static final String BASE64 = ";base64";

    private final String path;
    private final List<String> foreign = new ArrayList<>(0);

    private PartReader(String path) {
        this.path = path;
    }

    static ContentPart read(JsonIn in) throws IOException {
        String path = in.path();
        if (!in.isObject()) {
            throw in.wrongType("an object with a type");
        }
        PartReader reader = new PartReader(path);
        ContentPart part = reader.part(in.raw());
        reader.foreign.forEach(name -> in.dropped(path + "." + name));
        return part;
    }

    static ContentPart text(String text) {
        return ContentPart.newBuilder().setText(text).build();
    }

    private ContentPart part(String json) {
        Fields fields = new Fields();
        JsonIn.read(json.getBytes(StandardCharsets.UTF_8), (name, in) -> field(fields, name, in));
        ContentPart.Builder part = ContentPart.newBuilder();
        return switch (fields.type) {
            case "text", "input_text", "output_text" ->
                whole(part.setText(required(fields.text, ".text", "a string")), fields, "text");
            case "image_url" -> whole(part.setImage(image(fields)), fields, "image_url");
            case "input_audio" -> whole(part.setAudio(audio(fields)), fields, "input_audio");
            case "file" -> whole(part.setFile(file(fields)), fields, "file");
            case "" -> throw invalid(".type", "is missing (expected: for instance \"text\")");
            default -> part.setOtherJson(json).build();
        };
    }

    private void field(Fields fields, String name, JsonIn in) throws IOException {
        switch (name) {
            case "type" -> fields.type = string(name, in);
            case "text" -> {
                fields.inner(name);
                if (in.isString()) {
                    fields.text = in.string();
                } else {
                    in.skip();
                }
            }
            case "image_url" -> {
                if (in.isString()) {
                    fields.inner(name);
                    fields.url = in.string();
                } else if (in.isObject()) {
                    fields.object(name, in);
                } else {
                    throw invalid(".image_url", "no object (expected: an object with a url)");
                }
            }
            case "input_audio", "file" -> {
                if (!in.isObject()) {
                    throw invalid("." + name, "no object (expected: an object)");
                }
                fields.object(name, in);
            }
            default -> fields.extras.keep(name, in);
        }
    }

    /** @param own the key with the content of a part of this kind */
    private ContentPart whole(ContentPart.Builder part, Fields fields, String own) {
        fields.inner.forEach((name, extras) -> {
            if (name.equals(own)) {
                fields.extras.keep(name, extras);
            } else {
                foreign.add(name);
            }
        });
        return part.setExtraJson(fields.extras.json()).build();
    }

    private String string(String name, JsonIn in) throws IOException {
        if (!in.isString()) {
            throw invalid("." + name, "not a string (expected: a string)");
        }
        return in.string();
    }

    private Image image(Fields fields) {
        String url = required(fields.url, ".image_url.url", "an address");
        Image.Builder image = Image.newBuilder().setDetail(fields.detail);
        if (!url.startsWith(DATA_SCHEME)) {
            if (!url.startsWith("https://") && !url.startsWith("http://")) {
                throw invalid(".image_url.url", "no address (expected: a data:, https: or http: address)");
            }
            return image.setUrl(url).build();
        }
        Blob blob = blob(url, ".image_url.url");
        return image.setData(blob.data).setMimeType(blob.mimeType).build();
    }

    private Audio audio(Fields fields) {
        String data = required(fields.data, ".input_audio.data", "base64 text");
        return Audio.newBuilder()
                .setData(decode(data, ".input_audio.data"))
                .setFormat(fields.format)
                .build();
    }

    private File file(Fields fields) {
        File.Builder file = File.newBuilder().setFilename(fields.filename);
        if (!fields.fileId.isEmpty()) {
            if (fields.fileData != null) {
                foreign.add("file.file_data");
            }
            return file.setFileId(fields.fileId).build();
        }
        String data = required(fields.fileData, ".file.file_data", "file_data or file_id");
        if (data.startsWith(DATA_SCHEME)) {
            Blob blob = blob(data, ".file.file_data");
            return file.setData(blob.data).setMimeType(blob.mimeType).build();
        }
        return file.setData(decode(data, ".file.file_data")).build();
    }

    private Blob blob(String url, String field) {
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring(DATA_SCHEME.length(), comma);
        if (!head.endsWith(BASE64)) {
            throw invalid(field, "not a data address (expected: data:<type>;base64,<data>)");
        }
        String mimeType = head.substring(0, head.length() - BASE64.length());
        return new Blob(decode(url.substring(comma + 1), field), mimeType);
    }

    private ByteString decode(String base64, String field) {
        try {
            return ByteString.copyFrom(Base64.getMimeDecoder().decode(base64));
        } catch (IllegalArgumentException notBase64) {
            throw invalid(field, "cannot be decoded (expected: base64)");
        }
    }

    private String required(@Nullable String value, String field, String expected) {
        if (value == null) {
            throw invalid(field, "is missing (expected: " + expected + ")");
        }
        return value;
    }

    private TurnFault invalid(String field, String what) {
        return JsonIn.invalid(path + field, what);
    }

    /** The decoded data of a data: address. */
    private record Blob(ByteString data, String mimeType) {}

    /** The fields of all kinds of parts, as they are met. */
    private static final class Fields {
        private String type = "";
        private @Nullable String text;
        private @Nullable String url;
        private String detail = "";
        private @Nullable String data;
        private String format = "";
        private @Nullable String fileData;
        private String fileId = "";
        private String filename = "";

        private final Extras extras = new Extras();
        /** The keys of any kind's content that are there, with what is not known inside of them. */
        private final Map<String, Extras> inner = new LinkedHashMap<>();

        Extras inner(String name) {
            return inner.computeIfAbsent(name, key -> new Extras());
        }

        void object(String container, JsonIn in) throws IOException {
            Extras others = inner(container);
            in.fields((name, value) -> {
                switch (container + "." + name) {
                    case "image_url.url" -> url = value.string();
                    case "image_url.detail" -> detail = value.string();
                    case "input_audio.data" -> data = value.string();
                    case "input_audio.format" -> format = value.string();
                    case "file.file_data" -> fileData = value.string();
                    case "file.file_id" -> fileId = value.string();
                    case "file.filename" -> filename = value.string();
                    default -> others.keep(name, value);
                }
            });
        }
    }
}

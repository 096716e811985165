package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.relay.EmbeddingAnswer;
import dev.millrace.relay.EmbeddingCall;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.WireFormat.Malformed;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Writes requests for vectors and reads their answers, as lists of numbers or as base64 of little-endian floats. */
final class EmbeddingCodec {
    private static final int DIMENSIONS_MAX = 16_384;

    private final float[][] vectors;
    private String model = "";
    private TokenUsage usage = TokenUsage.getDefaultInstance();

    private EmbeddingCodec(int expected) {
        vectors = new float[expected][];
    }

    static byte[] write(EmbeddingCall call, ProviderModel model) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model", model.wireName());
            json.writeArrayFieldStart("input");
            for (String input : call.inputs()) {
                json.writeString(input);
            }
            json.writeEndArray();
            if (call.dimensions().isPresent()
                    && !model.provider().dialect().droppedParameters().contains("dimensions")) {
                json.writeNumberField("dimensions", call.dimensions().getAsInt());
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static EmbeddingAnswer read(InputStream body, int expected) throws IOException {
        EmbeddingCodec codec = new EmbeddingCodec(expected);
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            parser.nextToken();
            codec.answer(parser);
        } catch (JsonProcessingException invalid) {
            throw new Malformed("an answer that is not valid JSON");
        }
        return codec.checked();
    }

    private void answer(JsonParser parser) throws IOException {
        Json.object(parser, name -> {
            switch (name) {
                case "data" -> data(parser);
                case "model" -> model = Json.text(parser);
                case "usage" -> usage = UsageReader.read(parser).orElse(usage);
                default -> parser.skipChildren();
            }
        });
    }

    private void data(JsonParser parser) throws IOException {
        int[] position = {0};
        Json.array(parser, () -> entry(parser, position[0]++));
    }

    private void entry(JsonParser parser, int position) throws IOException {
        int[] index = {position};
        float[][] vector = new float[1][];
        Json.object(parser, name -> {
            switch (name) {
                case "index" -> index[0] = parser.getValueAsInt(position);
                case "embedding" -> vector[0] = vector(parser);
                default -> parser.skipChildren();
            }
        });
        if (index[0] < 0 || index[0] >= vectors.length || vector[0] == null) {
            throw new Malformed("a vector without place or value (index " + index[0] + ")");
        }
        vectors[index[0]] = vector[0];
    }

    private static float[] vector(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return decoded(parser.getText());
        }
        float[] values = new float[1_024];
        int count = 0;
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new Malformed("a vector that is neither a list nor base64");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == DIMENSIONS_MAX || !parser.currentToken().isNumeric()) {
                throw new Malformed("a vector of more than " + DIMENSIONS_MAX + " components, or not of numbers");
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = parser.getFloatValue();
        }
        return Arrays.copyOf(values, count);
    }

    private static float[] decoded(String base64) throws Malformed {
        try {
            FloatBuffer floats = ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            float[] values = new float[floats.remaining()];
            floats.get(values);
            return values;
        } catch (IllegalArgumentException invalid) {
            throw new Malformed("a vector that is not base64");
        }
    }

    private EmbeddingAnswer checked() throws Malformed {
        for (float[] vector : vectors) {
            if (vector == null || vector.length == 0) {
                throw new Malformed("fewer vectors than inputs (" + vectors.length + ")");
            }
        }
        return new EmbeddingAnswer(List.of(vectors), model, usage);
    }
}

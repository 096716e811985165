package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.relay.ListedModel;
import dev.millrace.relay.WireFormat.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads a list of models; some providers tell the window's length, each under a name of its own. */
final class ModelListReader {
    private static final int MODELS_MAX = 5_000;
    private static final int ID_CHARS_MAX = 200;

    private final List<ListedModel> models = new ArrayList<>();

    static List<ListedModel> read(InputStream body) throws IOException {
        ModelListReader reader = new ModelListReader();
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            parser.nextToken();
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                Json.array(parser, () -> reader.model(parser));
            } else {
                Json.object(parser, name -> {
                    if (name.equals("data") || name.equals("models")) {
                        Json.array(parser, () -> reader.model(parser));
                    }
                });
            }
        } catch (JsonProcessingException invalid) {
            throw new Malformed("a list of models that is not valid JSON");
        }
        return List.copyOf(reader.models);
    }

    private void model(JsonParser parser) throws IOException {
        String[] id = {""};
        long[] window = {-1};
        Json.object(parser, name -> {
            switch (name) {
                case "id" -> id[0] = Json.text(parser);
                case "context_length", "context_window", "max_model_len", "max_context_length" ->
                    window[0] = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getValueAsLong() : -1;
                default -> parser.skipChildren();
            }
        });
        if (!id[0].isBlank() && id[0].length() <= ID_CHARS_MAX && models.size() < MODELS_MAX) {
            models.add(new ListedModel(id[0], window[0] > 0 ? OptionalLong.of(window[0]) : OptionalLong.empty()));
        }
    }
}

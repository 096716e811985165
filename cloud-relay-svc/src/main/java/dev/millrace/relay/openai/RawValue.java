package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** Copies a JSON value token by token into text, numbers in the digits they came in. */
final class RawValue {
    private RawValue() {}

    /** The value at the parser; empty for null. */
    static String text(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return "";
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(text)) {
            int depth = 0;
            do {
                depth += write(parser, generator);
            } while (depth > 0 && parser.nextToken() != null);
        }
        return text.toString();
    }

    /** Writes one token and says by how much it changes the depth. */
    private static int write(JsonParser parser, JsonGenerator generator) throws IOException {
        JsonToken token = parser.currentToken();
        if (token.isNumeric()) {
            generator.writeNumber(parser.getText());
        } else {
            generator.copyCurrentEvent(parser);
        }
        return token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }
}

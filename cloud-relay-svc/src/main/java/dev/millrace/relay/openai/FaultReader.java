package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.relay.UpstreamEvent.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads error objects in the many shapes that providers give them; what cannot be read is quoted as text. */
final class FaultReader {
    private static final int QUOTE_CHARS_MAX = 300;

    private int status;
    private String code = "";
    private String type = "";
    private String message = "";

    private FaultReader() {}

    /** The error value at the parser: an object, or a text. */
    static Fault read(JsonParser parser) throws IOException {
        FaultReader reader = new FaultReader();
        reader.value(parser);
        return reader.fault();
    }

    /** The error in a whole body: {@code {"error": …}}, a bare error object, a list of one, or any text. */
    static Fault body(byte[] body) {
        FaultReader reader = new FaultReader();
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            parser.nextToken();
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                parser.nextToken();
            }
            if (parser.currentToken() == null || !parser.currentToken().isStructStart()) {
                return quoted(body);
            }
            reader.value(parser);
        } catch (IOException notJson) {
            return quoted(body);
        }
        return reader.message.isEmpty() && reader.code.isEmpty() ? quoted(body) : reader.fault();
    }

    private static Fault quoted(byte[] body) {
        return new Fault(0, "", "", cut(new String(body, StandardCharsets.UTF_8)));
    }

    private void value(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            message = parser.getText();
            return;
        }
        Json.object(parser, name -> {
            switch (name) {
                case "error" -> value(parser);
                case "code" -> code(parser);
                case "status", "status_code" -> status = status(parser, status);
                case "type" -> type = or(Json.text(parser), type);
                case "message", "detail", "msg" -> message = or(Json.text(parser), message);
                default -> parser.skipChildren();
            }
        });
    }

    /** Some write a status where OpenAI has a word. */
    private void code(JsonParser parser) throws IOException {
        status = status(parser, status);
        code = or(Json.text(parser), code);
    }

    private static int status(JsonParser parser, int otherwise) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            double value = parser.getDoubleValue();
            return value >= 400 && value < 600 ? (int) value : otherwise;
        }
        String text = Json.text(parser);
        return text.matches("[45][0-9]{2}") ? Integer.parseInt(text) : otherwise;
    }

    private Fault fault() {
        return new Fault(status, cut(code), cut(type), cut(message));
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    /** One line of bounded length without control characters: it goes into a message for people. */
    private static String cut(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= QUOTE_CHARS_MAX ? line : line.substring(0, QUOTE_CHARS_MAX) + "…";
    }
}

package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.relay.WireFormat.UnfitRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fields of a JSON object as the texts they were written in, in their order: 64-bit numbers, long fractions and the
 * order of nested keys stay as the caller wrote them. Of a name that occurs twice the last value holds.
 */
final class RawObject {
    private RawObject() {}

    /** @param field whose text this is, for the refusal of what is no JSON object */
    static Map<String, String> fields(String field, String text) throws UnfitRequest {
        Map<String, String> fields = new LinkedHashMap<>();
        if (text.isBlank()) {
            return fields;
        }
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UnfitRequest(field, field + ": " + parser.currentToken() + " (expected: one JSON object)");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                fields.put(name, value(parser, text));
            }
            requireEnd(field, parser);
        } catch (IOException invalid) {
            throw unfit(field);
        }
        return fields;
    }

    /** Checks that the text is one JSON value. */
    static String checked(String field, String text) throws UnfitRequest {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw unfit(field);
            }
            parser.skipChildren();
            requireEnd(field, parser);
            return text;
        } catch (IOException invalid) {
            throw unfit(field);
        }
    }

    private static String value(JsonParser parser, String text) throws IOException {
        parser.nextToken();
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        return text.substring(begin, end).strip();
    }

    private static void requireEnd(String field, JsonParser parser) throws IOException, UnfitRequest {
        if (parser.nextToken() != null) {
            throw unfit(field);
        }
    }

    private static UnfitRequest unfit(String field) {
        return new UnfitRequest(
                field, field + ": not valid JSON of at most " + Json.DEPTH_MAX + " levels (expected: one JSON value)");
    }
}

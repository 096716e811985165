package dev.millrace.gateway.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's JSON field by field, and refuses what does not fit with the path of the field and what was expected.
 *
 * <p>Nesting is bounded at {@link #DEPTH_MAX}; a key that comes twice in one object is refused, because two readers of the
 * same text could disagree about it. A value of {@code null} counts as absent everywhere.
 */
final class JsonIn implements AutoCloseable {
    /** Far above any real request; a schema of tools is 10 to 20 deep. */
    static final int DEPTH_MAX = 100;

    private static final int NUMBER_CHARS_MAX = 400;
    private static final Pattern SNIPPET = Pattern.compile("(?s) \\((?:code \\d+|start marker at).*|\\n.*");
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            // Threads here are virtual and serve one call: a recycler of their own would be used once.
            .recyclerPool(JsonRecyclerPools.newBoundedPool(64))
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser parser;
    private final DroppedPaths dropped = new DroppedPaths();

    private JsonIn(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads a text that must be exactly one object; the paths of what was left out of it. */
    static List<String> read(byte[] body, FieldReader reader) {
        try (JsonIn in = new JsonIn(FACTORY.createParser(body))) {
            in.parser.nextToken();
            if (in.parser.currentToken() == null) {
                throw malformed("the body is empty (expected: a JSON object)", 1, 1);
            }
            in.fields(reader);
            if (in.parser.nextToken() != null) {
                throw in.malformedHere("text after the end of the JSON object");
            }
            return in.dropped.paths();
        } catch (JsonProcessingException unreadable) {
            JsonLocation at = unreadable.getLocation();
            String why = SNIPPET.matcher(String.valueOf(unreadable.getOriginalMessage()))
                    .replaceFirst("");
            throw malformed(why, at == null ? 1 : at.getLineNr(), at == null ? 1 : at.getColumnNr());
        } catch (CharConversionException undecodable) {
            // Zeros among the first bytes let the parser take them for another encoding.
            throw malformed("its bytes are not UTF-8", 1, 1);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Reads the fields of the object that begins here; null values are skipped. */
    void fields(FieldReader reader) throws IOException {
        expect(JsonToken.START_OBJECT, "an object");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                reader.read(name, this);
            }
        }
    }

    /** Reads the elements of the list that begins here. */
    void elements(ElementReader reader) throws IOException {
        expect(JsonToken.START_ARRAY, "a list");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            reader.read(this);
        }
    }

    String string() throws IOException {
        expect(JsonToken.VALUE_STRING, "a string");
        return parser.getText();
    }

    boolean bool() throws IOException {
        if (!parser.currentToken().isBoolean()) {
            throw wrongType("true or false");
        }
        return parser.getBooleanValue();
    }

    /** A whole number within bounds. */
    long integer(long min, long max) throws IOException {
        String expected = "a whole number from " + min + " to " + max;
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            throw invalid(shown() + " (expected: " + expected + ")");
        }
        expect(JsonToken.VALUE_NUMBER_INT, expected);
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw invalid(shown() + " (expected: " + expected + ")");
        }
        long value = parser.getLongValue();
        if (value < min || value > max) {
            throw invalid(value + " (expected: " + expected + ")");
        }
        return value;
    }

    /** A number within bounds. */
    double number(double min, double max) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            throw wrongType("a number");
        }
        double value = parser.getDoubleValue();
        if (!(value >= min && value <= max)) {
            throw invalid(shown() + " (expected: " + min + " to " + max + ")");
        }
        return value;
    }

    /** The value as JSON text, every digit and the order of its keys kept. */
    String raw() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = FACTORY.createGenerator(text)) {
            int depth = 0;
            do {
                depth += copyToken(copy);
                if (depth > 0) {
                    parser.nextToken();
                }
            } while (depth > 0);
        }
        return text.toString();
    }

    /**
     * Copies the token that stands here; numbers by their digits, because a double would change some, and halves of surrogate
     * pairs as escapes, because no bytes say them.
     */
    private int copyToken(JsonGenerator copy) throws IOException {
        JsonToken token = parser.currentToken();
        if (token.isNumeric()) {
            copy.writeNumber(parser.getText());
        } else if (token == JsonToken.VALUE_STRING) {
            String text = parser.getText();
            copy.writeRawValue(
                    new String(new JsonOut(text.length() + 8).string(text).toBytes(), StandardCharsets.UTF_8));
        } else {
            copy.copyCurrentEvent(parser);
        }
        return token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    /** Leaves out the value that stands here, and notes its path: nothing that a caller sends vanishes without a word. */
    void drop() throws IOException {
        dropped(path());
        skip();
    }

    /** Notes what was left out. */
    void dropped(String path) {
        dropped.add(path);
    }

    boolean isString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    boolean isList() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    private void expect(JsonToken token, String expected) {
        if (parser.currentToken() != token) {
            throw wrongType(expected);
        }
    }

    TurnFault wrongType(String expected) {
        return invalid(kind() + " (expected: " + expected + ")");
    }

    /** A refusal of the value that stands here; {@code what} follows the field's path. */
    TurnFault invalid(String what) {
        return invalid(path(), what);
    }

    static TurnFault invalid(String field, String what) {
        return new TurnFault(
                Reason.FIELD_INVALID, (field.isEmpty() ? "the body" : field) + ": " + what, Map.of("field", field));
    }

    /** What stands here, in words that never quote a caller's text. */
    private String kind() {
        return switch (parser.currentToken()) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list";
            case VALUE_STRING, FIELD_NAME -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "nothing";
        };
    }

    private String shown() throws IOException {
        String text = parser.getText();
        return text.length() <= 24 ? text : text.substring(0, 24) + "…";
    }

    /** Where the reader stands, for instance {@code messages[2].content[0].type}. */
    String path() {
        JsonStreamContext context = parser.getParsingContext();
        boolean atStart = isObject() || isList();
        return path(atStart ? context.getParent() : context);
    }

    private static String path(@Nullable JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return "";
        }
        String before = path(context.getParent());
        if (context.inArray()) {
            return before + "[" + context.getCurrentIndex() + "]";
        }
        String name = String.valueOf(context.getCurrentName());
        return before.isEmpty() ? name : before + "." + name;
    }

    private TurnFault malformedHere(String why) {
        JsonLocation at = parser.currentTokenLocation();
        return malformed(why, at.getLineNr(), at.getColumnNr());
    }

    private static TurnFault malformed(String why, int line, int column) {
        return new TurnFault(
                Reason.FIELD_INVALID,
                "malformed JSON at line " + line + ", column " + column + ": " + why
                        + ". Correct the body there and send it again",
                Map.of("line", Integer.toString(line), "column", Integer.toString(column)));
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    /** Reads one field's value, all of it. */
    @FunctionalInterface
    interface FieldReader {
        void read(String name, JsonIn in) throws IOException;
    }

    /** Reads one element, all of it. */
    @FunctionalInterface
    interface ElementReader {
        void read(JsonIn in) throws IOException;
    }
}

package dev.millrace.local.servers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A value of JSON that an engine sent, read with bounds on depth and size, because engines are not trusted. Asking for what is
 * not there gives an empty answer and never fails.
 *
 * @param value a map, a list, a text, a number, a truth value, or null
 */
public record Json(@Nullable Object value) {
    /** What the ledger takes at most for one answer. */
    private static final long TOKENS_MAX = 100_000_000;

    /** How deep objects and lists may nest. */
    public static final int DEPTH_MAX = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Reads one whole value; the text's length is the caller's bound. */
    public static Json parse(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Json read = new Json(read(parser));
            if (parser.nextToken() != null) {
                throw new IOException("more than one JSON value");
            }
            return read;
        }
    }

    private static @Nullable Object read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("no JSON value");
        }
        return switch (token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) parser.getDoubleValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("unexpected " + token);
        };
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, read(parser));
        }
        return object;
    }

    private static List<@Nullable Object> readArray(JsonParser parser) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(read(parser));
        }
        return array;
    }

    /** The member of an object; a null value where there is none. */
    public Json get(String name) {
        return value instanceof Map<?, ?> map ? new Json(map.get(name)) : new Json(null);
    }

    /** Names and values of an object; empty for anything else. */
    public Map<String, Json> members() {
        Map<String, Json> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> members.put(String.valueOf(name), new Json(member)));
        }
        return members;
    }

    /** The items of a list; empty for anything else. */
    public List<Json> items() {
        List<Json> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add(new Json(item)));
        }
        return items;
    }

    /** The text, or the empty one. */
    public String text() {
        return value instanceof String text ? text : "";
    }

    public boolean isText() {
        return value instanceof String;
    }

    /** The whole number. */
    public OptionalLong number() {
        return value instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }

    /** The number as a count of tokens; what no engine can have counted is unknown. */
    public OptionalLong tokens() {
        OptionalLong count = number();
        return count.isPresent() && count.getAsLong() >= 0 && count.getAsLong() <= TOKENS_MAX
                ? count
                : OptionalLong.empty();
    }

    /** The number with its fraction. */
    public Optional<Double> decimal() {
        return value instanceof Number number ? Optional.of(number.doubleValue()) : Optional.empty();
    }

    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    public boolean isPresent() {
        return value != null;
    }

    /** The value as JSON text. */
    public String write() {
        return write(value);
    }

    /** Writes maps, lists, texts, numbers, truth values, null and other {@link Json}. */
    public static String write(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(generator, value);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case Json json -> write(generator, json.value);
            case Map<?, ?> map -> {
                generator.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    generator.writeFieldName(String.valueOf(entry.getKey()));
                    write(generator, entry.getValue());
                }
                generator.writeEndObject();
            }
            case List<?> list -> {
                generator.writeStartArray();
                for (Object item : list) {
                    write(generator, item);
                }
                generator.writeEndArray();
            }
            case Boolean truth -> generator.writeBoolean(truth);
            case Double number -> generator.writeNumber(number);
            case Number number -> generator.writeNumber(number.longValue());
            default -> generator.writeString(value.toString());
        }
    }
}

package dev.millrace.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code -o}: aligned text for people, or the contract's JSON form, which is stable for programs. */
final class Output {
    private static final Gson PRETTY =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    @Option(
            names = {"-o", "--format"},
            paramLabel = "FORM",
            converter = FormReader.class,
            description = "text or json, in which 64-bit numbers are strings (default: text)")
    private Form form = Form.TEXT;

    /** The forms of output. */
    private enum Form {
        TEXT,
        JSON
    }

    /** Reads the option; its error says what is expected in the words that can be typed. */
    private static final class FormReader implements ITypeConverter<Form> {
        @Override
        public Form convert(String form) {
            return switch (form.toLowerCase(Locale.ROOT)) {
                case "text" -> Form.TEXT;
                case "json" -> Form.JSON;
                default -> throw new TypeConversionException(form + " (expected: text or json)");
            };
        }
    }

    boolean json() {
        return form == Form.JSON;
    }

    /** The JSON form of a message: camelCase names, 64-bit numbers as strings, absent fields left out. */
    static String json(Message message) {
        return print(JsonFormat.printer(), message);
    }

    /** What is no message of the contract, in the same form. */
    static String json(JsonElement value) {
        return PRETTY.toJson(value);
    }

    /** A message's form on one line. */
    static String jsonLine(Message message) {
        return print(JsonFormat.printer().omittingInsignificantWhitespace(), message);
    }

    private static String print(JsonFormat.Printer printer, Message message) {
        try {
            return printer.print(message);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("a message of ours has no JSON form", impossible);
        }
    }
}

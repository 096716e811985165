package dev.millrace.runtime;

import java.util.Arrays;

/**
 * What kind of value a key takes, told from its default: {@code 150ms} means that operators must write a span with a unit.
 * The first form that reads the default is the form of the key.
 */
enum ValueForm {
    BOOLEAN("true or false"),
    INTEGER("a whole number"),
    DECIMAL("a number"),
    SPAN("a span with unit, such as \"150ms\""),
    MONEY("an amount with currency, such as \"25.00 USD\""),
    SIZE("a size with unit, such as \"8 MiB\""),
    TEXT("a text");

    private final String expected;

    ValueForm(String expected) {
        this.expected = expected;
    }

    static ValueForm ofDefault(String text) {
        return Arrays.stream(values())
                .filter(form -> form.reads(text))
                .findFirst()
                .orElse(TEXT);
    }

    /** True also for a placeholder, which is resolved later. */
    boolean accepts(String text) {
        return text.contains("${") || reads(text);
    }

    private boolean reads(String text) {
        return switch (this) {
            case BOOLEAN -> text.matches("true|false");
            case INTEGER -> text.matches("-?[0-9]{1,18}");
            case DECIMAL -> text.matches("-?[0-9]{1,18}(\\.[0-9]+)?");
            case SPAN -> parses(Durations::parse, text);
            case MONEY -> parses(NanoUsd::parse, text);
            case SIZE -> parses(DataSize::parse, text);
            case TEXT -> true;
        };
    }

    private static boolean parses(Parser parser, String text) {
        try {
            parser.parse(text);
            return true;
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            return false;
        }
    }

    String expected() {
        return expected;
    }

    /** Reads a text or throws. */
    private interface Parser {
        Object parse(String text);
    }
}

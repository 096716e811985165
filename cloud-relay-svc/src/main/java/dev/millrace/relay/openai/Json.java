package dev.millrace.relay.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;

/** JSON with the bounds that text from outside gets, and the two moves that reading it needs. */
final class Json {
    static final int DEPTH_MAX = 64;
    static final int TEXT_CHARS_MAX = 8 << 20;

    static final JsonFactory FACTORY = JsonFactory.builder()
            // Threads here are virtual and serve one call: a recycler of their own would be used once.
            .recyclerPool(JsonRecyclerPools.newBoundedPool(64))
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(TEXT_CHARS_MAX)
                    .maxNumberLength(1_000)
                    .maxNameLength(10_000)
                    .build())
            .build();

    private Json() {}

    /** Visits each field of the object at the parser; a value of another kind is skipped. */
    static void object(JsonParser parser, FieldVisitor visitor) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            visitor.visit(name);
            if (parser.currentToken().isStructStart()) {
                parser.skipChildren();
            }
        }
    }

    /** Visits each element of the array at the parser; a value of another kind is skipped. */
    static void array(JsonParser parser, ElementVisitor visitor) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            visitor.visit();
            if (parser.currentToken().isStructStart()) {
                parser.skipChildren();
            }
        }
    }

    /** The text at the parser; empty for null and for what is not text. */
    static String text(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
    }

    /** Reads the value at which the parser stands, to its last token. */
    @FunctionalInterface
    interface FieldVisitor {
        void visit(String name) throws IOException;
    }

    /** Reads the element at which the parser stands, to its last token. */
    @FunctionalInterface
    interface ElementVisitor {
        void visit() throws IOException;
    }
}

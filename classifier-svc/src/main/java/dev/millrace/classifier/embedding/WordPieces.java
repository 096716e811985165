package dev.millrace.classifier.embedding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Cuts a question into the pieces that the sentence model knows: lower case, accents and control characters gone, each sign and
 * ideograph by itself, each word the longest known pieces from its front. Reads no further than the pieces that are wanted.
 */
final class WordPieces {

    private static final String INNER = "##";
    private static final long UNKNOWN = 100;
    private static final long FIRST = 101;
    private static final long LAST = 102;
    private static final int WORD_CHARS_MAX = 100;
    /** How many characters are read for each piece that is wanted. */
    static final int CHARS_A_PIECE_MAX = 32;

    private final Map<String, Long> known;

    private WordPieces(Map<String, Long> known) {
        this.known = known;
    }

    /** Reads the table of pieces out of a tokenizer's description. */
    static WordPieces read(InputStream tokenizer) throws IOException {
        Map<String, Long> known = new HashMap<>(1 << 16);
        try (JsonParser parser = new JsonFactory().createParser(tokenizer)) {
            while (parser.nextToken() != null) {
                boolean table = parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("vocab");
                if (table && parser.nextToken() == JsonToken.START_OBJECT) {
                    while (parser.nextToken() == JsonToken.FIELD_NAME) {
                        known.put(parser.currentName(), parser.nextLongValue(UNKNOWN));
                    }
                }
            }
        }
        if (known.isEmpty()) {
            throw new IOException("the tokenizer names no pieces");
        }
        return new WordPieces(known);
    }

    /** Returns the pieces of a text between the marks of its ends, at most so many with these. */
    long[] of(String text, int piecesMax) {
        int read = (int) Math.min(text.length(), (long) piecesMax * CHARS_A_PIECE_MAX);
        String plain = Normalizer.normalize(text.substring(0, read).toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        Pieces pieces = new Pieces(piecesMax);
        StringBuilder word = new StringBuilder();
        int i = 0;
        while (i < plain.length() && pieces.hasRoom()) {
            int point = plain.codePointAt(i);
            i += Character.charCount(point);
            switch (Kind.of(point)) {
                case LETTER -> word.appendCodePoint(point);
                case IGNORED -> {}
                case BLANK -> addWord(word, pieces);
                case ALONE -> {
                    addWord(word, pieces);
                    addWord(word.appendCodePoint(point), pieces);
                }
            }
        }
        addWord(word, pieces);
        return pieces.closed();
    }

    /** Adds the pieces of a word, and empties it. */
    private void addWord(StringBuilder word, Pieces pieces) {
        if (word.length() > WORD_CHARS_MAX) {
            pieces.add(UNKNOWN);
        } else if (!word.isEmpty()) {
            int before = pieces.count;
            if (!addPieces(word, pieces)) {
                pieces.count = before;
                pieces.add(UNKNOWN);
            }
        }
        word.setLength(0);
    }

    /** Whether the whole word could be cut. */
    private boolean addPieces(StringBuilder word, Pieces pieces) {
        int from = 0;
        while (from < word.length()) {
            int to = word.length();
            Long id = null;
            while (to > from && id == null) {
                String piece = word.substring(from, to--);
                id = known.get(from == 0 ? piece : INNER + piece);
            }
            if (id == null) {
                return false;
            }
            pieces.add(id);
            from = to + 1;
        }
        return true;
    }

    /** What a character does to the word it stands in. */
    private enum Kind {
        LETTER,
        BLANK,
        ALONE,
        IGNORED;

        static Kind of(int point) {
            if (point < 128) {
                return ofAscii(point);
            }
            int type = Character.getType(point);
            return switch (type) {
                case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> BLANK;
                case Character.NON_SPACING_MARK, Character.CONTROL, Character.FORMAT -> IGNORED;
                case Character.CONNECTOR_PUNCTUATION,
                        Character.DASH_PUNCTUATION,
                        Character.START_PUNCTUATION,
                        Character.END_PUNCTUATION,
                        Character.INITIAL_QUOTE_PUNCTUATION,
                        Character.FINAL_QUOTE_PUNCTUATION,
                        Character.OTHER_PUNCTUATION -> ALONE;
                default -> Character.isIdeographic(point) ? ALONE : point == 0xFFFD ? IGNORED : LETTER;
            };
        }

        private static Kind ofAscii(int point) {
            if (point <= ' ') {
                return point == ' ' || (point >= '\t' && point <= '\r') ? BLANK : IGNORED;
            }
            return Character.isLetterOrDigit(point) ? LETTER : point == 127 ? IGNORED : ALONE;
        }
    }

    /** The pieces so far; what is added beyond the room for the end's mark is lost. */
    private static final class Pieces {
        private final long[] ids;
        private int count;

        Pieces(int max) {
            ids = new long[max];
            add(FIRST);
        }

        boolean hasRoom() {
            return count < ids.length - 1;
        }

        void add(long id) {
            if (hasRoom()) {
                ids[count++] = id;
            }
        }

        long[] closed() {
            long[] closed = Arrays.copyOf(ids, count + 1);
            closed[count] = LAST;
            return closed;
        }
    }
}

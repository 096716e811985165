package dev.millrace.local.embeddings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Cuts texts into the pieces that MiniLM knows, as its uncased BERT tokenizer does: control characters go, accents go, letters
 * become lower case, punctuation and ideographs stand alone; then each word is the longest known piece after the other.
 */
final class WordPieces {
    private static final String CONTINUED = "##";
    private static final int UNKNOWN = 100;
    private static final int BEGIN = 101;
    private static final int END = 102;
    /** Longer words are one unknown piece, as in the original. */
    private static final int WORD_CHARACTERS_MAX = 100;
    /** More characters than so many a token are not looked at: it bounds the work of a huge text. */
    private static final int CHARACTERS_A_TOKEN_MAX = 32;

    private final Map<String, Integer> vocabulary;

    private WordPieces(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** Reads the vocabulary out of a {@code tokenizer.json}. */
    static WordPieces read(InputStream tokenizer) throws IOException {
        Map<String, Integer> vocabulary = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(tokenizer)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("vocab")
                        && parser.nextToken() == JsonToken.START_OBJECT) {
                    while (parser.nextToken() != JsonToken.END_OBJECT) {
                        String piece = parser.currentName();
                        parser.nextToken();
                        vocabulary.put(piece, parser.getIntValue());
                    }
                }
            }
        }
        if (vocabulary.isEmpty()) {
            throw new IOException("the tokenizer has no vocabulary");
        }
        return new WordPieces(vocabulary);
    }

    /** The ids of the pieces between begin and end marks, at most {@code tokensMax} with these. */
    long[] cut(String text, int tokensMax) {
        int most = (int) Math.min(text.length(), (long) tokensMax * CHARACTERS_A_TOKEN_MAX);
        List<Integer> ids = new ArrayList<>();
        ids.add(BEGIN);
        for (String word : words(text.substring(0, most))) {
            if (ids.size() >= tokensMax - 1) {
                break;
            }
            addPieces(word, ids);
        }
        return toArray(ids, tokensMax);
    }

    private static long[] toArray(List<Integer> ids, int tokensMax) {
        int kept = Math.min(ids.size(), tokensMax - 1);
        long[] array = new long[kept + 1];
        for (int i = 0; i < kept; i++) {
            array[i] = ids.get(i);
        }
        array[kept] = END;
        return array;
    }

    private static List<String> words(String text) {
        String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        plain.codePoints().forEach(character -> {
            int type = Character.getType(character);
            if (type == Character.NON_SPACING_MARK || character == 0 || character == 0xFFFD || isControl(character)) {
                return;
            }
            if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
                flush(word, words);
            } else if (isPunctuation(character, type) || Character.isIdeographic(character)) {
                flush(word, words);
                words.add(Character.toString(character));
            } else {
                word.appendCodePoint(character);
            }
        });
        flush(word, words);
        return words;
    }

    private static boolean isControl(int character) {
        int type = Character.getType(character);
        return (type == Character.CONTROL || type == Character.FORMAT)
                && character != '\t'
                && character != '\n'
                && character != '\r';
    }

    /** All of ASCII that is neither letter nor digit counts, symbols too. */
    private static boolean isPunctuation(int character, int type) {
        if (character < 128) {
            return !Character.isLetterOrDigit(character);
        }
        return switch (type) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    private static void flush(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private void addPieces(String word, List<Integer> ids) {
        if (word.length() > WORD_CHARACTERS_MAX) {
            ids.add(UNKNOWN);
            return;
        }
        List<Integer> pieces = new ArrayList<>();
        int from = 0;
        while (from < word.length()) {
            int to = word.length();
            Integer id = null;
            while (to > from && id == null) {
                id = vocabulary.get((from == 0 ? "" : CONTINUED) + word.substring(from, to));
                to--;
            }
            if (id == null) {
                ids.add(UNKNOWN);
                return;
            }
            pieces.add(id);
            from = to + 1;
        }
        ids.addAll(pieces);
    }
}

package dev.millrace.classifier.language;

import dev.millrace.classifier.LanguageDetector;
import java.util.List;

/**
 * The detector in use: the script decides where it can; among Latin scripts function words and marked letters vote. Names in Latin
 * letters between ideographs, kana or hangul are no vote: "请解释 Kubernetes Deployment" is Chinese. Quotations and code are read only
 * where the rest tells nothing: who asks what "out of office" means asks in the language of the question.
 */
public final class ScriptAndWordsDetector implements LanguageDetector {

    private static final int CHARS_READ_MAX = 4_000;
    private static final double VOTES_MIN = 0.3;
    private static final String DEFAULT_LATIN = "en";
    /** Stands for what is not read: it ends a word and is in no script. */
    private static final char SKIPPED = ' ';

    private final FunctionWords words = FunctionWords.load();
    private final LetterMarks marks = new LetterMarks(words.languages());

    @Override
    public String languageOf(String text) {
        char[] chars = new char[Math.min(text.length(), CHARS_READ_MAX)];
        text.getChars(0, chars.length, chars, 0);
        for (int i = 0; i < chars.length; i++) {
            chars[i] = plain(chars[i]);
        }
        String own = languageOf(chars, BorrowedText.of(chars));
        return own.isEmpty() ? orUndetermined(languageOf(chars, new boolean[chars.length])) : own;
    }

    /** The language of what is not to be skipped; empty where that tells none. */
    private String languageOf(char[] chars, boolean[] skipped) {
        ScriptCounts scripts = new ScriptCounts();
        double[] votes = new double[words.languages().size()];
        int start = 0;
        for (int i = 0; i < chars.length; i++) {
            char c = skipped[i] ? SKIPPED : chars[i];
            boolean letter = isLetter(c);
            if (letter) {
                scripts.add(c);
            }
            if (c > 127) {
                marks.vote(c, votes);
            }
            boolean joint = (c == '\'' || c == '-') && i > start;
            if (!letter && !joint) {
                words.vote(chars, start, i, votes);
                start = i + 1;
            }
        }
        words.vote(chars, start, chars.length, votes);
        String spoken = scripts.isLatin() ? winner(votes, words.languages()) : scripts.language();
        return spoken.isEmpty() ? scripts.eastAsian() : spoken;
    }

    /** A character in lower case, the typographic apostrophe as the plain one. */
    private static char plain(char c) {
        if (c < 128) {
            return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
        return c == '\u2019' ? '\'' : Character.toLowerCase(c);
    }

    private static boolean isLetter(char c) {
        return c < 128 ? c >= 'a' && c <= 'z' : Character.isLetter(c);
    }

    /** The language with most votes, English among equals; empty where hardly a word was known. */
    private static String winner(double[] votes, List<String> languages) {
        int best = languages.indexOf(DEFAULT_LATIN);
        for (int i = 0; i < votes.length; i++) {
            if (votes[i] > votes[best] + 1e-9) {
                best = i;
            }
        }
        return votes[best] >= VOTES_MIN ? languages.get(best) : "";
    }

    private static String orUndetermined(String language) {
        return language.isEmpty() ? UNDETERMINED : language;
    }
}

package dev.millrace.classifier.language;

import dev.millrace.classifier.LanguageDetector;
import java.util.List;

/** The detector in use: the script decides where it can; among Latin scripts function words and marked letters vote. */
public final class ScriptAndWordsDetector implements LanguageDetector {

    private static final int CHARS_READ_MAX = 4_000;
    private static final double VOTES_MIN = 0.3;
    private static final String DEFAULT_LATIN = "en";

    private final FunctionWords words = FunctionWords.load();

    @Override
    public String languageOf(String text) {
        ScriptCounts scripts = new ScriptCounts();
        double[] votes = new double[words.languages().size()];
        int length = Math.min(text.length(), CHARS_READ_MAX);
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= length; i++) {
            char c = i < length ? Character.toLowerCase(text.charAt(i)) : ' ';
            if (Character.isLetter(c)) {
                scripts.add(c);
            }
            if (c > 127) {
                LetterMarks.vote(c, words.languages(), votes);
            }
            if (Character.isLetter(c) || ((c == '\'' || c == '\u2019' || c == '-') && !word.isEmpty())) {
                word.append(c == '\u2019' ? '\'' : c);
            } else if (!word.isEmpty()) {
                words.vote(word.toString(), votes);
                word.setLength(0);
            }
        }
        return scripts.isLatin() ? winner(votes, words.languages()) : orUndetermined(scripts.language());
    }

    /** The language with most votes, English among equals; undetermined where hardly a word was known. */
    private static String winner(double[] votes, List<String> languages) {
        int best = languages.indexOf(DEFAULT_LATIN);
        for (int i = 0; i < votes.length; i++) {
            if (votes[i] > votes[best] + 1e-9) {
                best = i;
            }
        }
        return votes[best] >= VOTES_MIN ? languages.get(best) : UNDETERMINED;
    }

    private static String orUndetermined(String language) {
        return language.isEmpty() ? UNDETERMINED : language;
    }
}

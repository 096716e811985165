package dev.millrace.classifier;

/**
 * A question as the score reads it.
 *
 * @param plain the question as {@link PlainText} has it
 * @param language the language of that form, as {@link LanguageDetector} names it
 * @param historyTurns how many questions of the conversation came before, 0 or more
 */
public record Question(String plain, String language, int historyTurns) {

    private static final String ENGLISH = "en";

    /** A question in English. */
    public static Question inEnglish(String plain, int historyTurns) {
        return new Question(plain, ENGLISH, historyTurns);
    }

    /** Whether it is in English, which the weights were trained on. */
    public boolean isEnglish() {
        return language.equals(ENGLISH);
    }

    /** Whether it is known to be in another language. */
    public boolean isForeign() {
        return !isEnglish() && !language.equals(LanguageDetector.UNDETERMINED);
    }
}

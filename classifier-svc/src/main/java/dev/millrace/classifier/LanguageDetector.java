package dev.millrace.classifier;

/** Names the language a text is written in; pure, thread-safe. */
public interface LanguageDetector {

    /** The answer for a text without enough evidence. */
    String UNDETERMINED = "und";

    /** Returns a BCP 47 tag such as {@code en}, or {@link #UNDETERMINED}. */
    String languageOf(String text);
}

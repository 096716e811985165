package dev.millrace.relay;

/** Counts tokens where a provider does not; an estimate, because every model cuts words in its own way. */
public interface TokenCounter {
    long count(CharSequence text);
}

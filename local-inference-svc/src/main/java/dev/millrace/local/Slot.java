package dev.millrace.local;

/** The right to run one generation on one engine, until closed; closing twice is closing once. */
public interface Slot extends AutoCloseable {
    /** Where to run. */
    Engine engine();

    @Override
    void close();
}

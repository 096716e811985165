package dev.millrace.load;

import java.io.IOException;
import java.time.Duration;

/** A caller that reads a part of a streamed answer and then leaves. */
interface Leaver extends AutoCloseable {

    /** Reads until so many words have come, the time is over, or the answer has ended. */
    void read(int wordsMax, Duration most) throws IOException;

    /** Words that were read. */
    int words();

    /** Whether the answer was over before its caller left. */
    boolean ended();

    /** Leaves, and tells when, by {@link System#nanoTime}. */
    long leave() throws IOException;

    @Override
    void close() throws IOException;
}

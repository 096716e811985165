package dev.millrace.classifier.sensitivity;

/** The part of a text that was read last to no avail: what begins within it need not be read again. Mutable, used by one thread. */
final class Span {

    private int start;
    private int end;

    /** Holds the part between two indexes, and nothing else. */
    void set(int from, int to) {
        start = from;
        end = to;
    }

    /** Whether an index lies in it. */
    boolean holds(int index) {
        return index >= start && index < end;
    }
}

package dev.millrace.gateway.flow;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all answers that are held until they are whole: callers who want none of it streamed must not be able to
 * fill the heap with them. Thread-safe.
 */
final class HeldAnswers {
    /** A part of what a piece takes besides its bytes on the wire: those are held in several forms, it in one. */
    private static final long PIECE_BYTES = 32;

    private final AtomicLong free;

    HeldAnswers(long bytesMax) {
        free = new AtomicLong(bytesMax);
    }

    /** The part of one turn, empty at first. */
    Share share() {
        return new Share();
    }

    /** Used by one thread at a time. */
    final class Share implements AutoCloseable {
        private long bytes;

        /** Takes room for a piece of so many bytes on the wire; false: the others leave too little. */
        boolean take(long wireBytes) {
            long more = wireBytes + PIECE_BYTES;
            boolean taken = free.getAndUpdate(left -> left < more ? left : left - more) >= more;
            bytes += taken ? more : 0;
            return taken;
        }

        long bytes() {
            return bytes;
        }

        /** Gives all of it back. */
        @Override
        public void close() {
            free.addAndGet(bytes);
            bytes = 0;
        }
    }
}

package dev.millrace.classifier;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was worked out for the texts that came last, by their SHA-256 digests, so that no text is kept. Thread-safe.
 *
 * @param <V> what is kept of a text; not changed from here on
 */
public final class LatestByText<V> {

    private final Map<ByteBuffer, V> values;

    /**
     * Makes an empty one.
     *
     * @param entriesMax how many texts are kept; of more, those that were not asked for longest are forgotten
     */
    public LatestByText(int entriesMax) {
        values = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, V> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /** The text as it is asked for and kept. */
    public Entry of(byte[] text) {
        return new Entry(digest(text));
    }

    private static ByteBuffer digest(byte[] text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        }
    }

    /** The place of one text. */
    public final class Entry {
        private final ByteBuffer digest;

        private Entry(ByteBuffer digest) {
            this.digest = digest;
        }

        /** What was kept, where the text came before. */
        public Optional<V> value() {
            synchronized (values) {
                return Optional.ofNullable(values.get(digest));
            }
        }

        /** Keeps a value. */
        public void keep(V value) {
            synchronized (values) {
                values.put(digest, value);
            }
        }
    }
}

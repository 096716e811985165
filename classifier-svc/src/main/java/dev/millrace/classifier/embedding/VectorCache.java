package dev.millrace.classifier.embedding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The vectors of the questions asked last, by the digests of as much of them as is read, so that no
 * question is kept; some megabytes when full. Thread-safe.
 */
final class VectorCache {

    private static final int ENTRIES_MAX = 1_000;

    private final Map<ByteBuffer, float[]> vectors = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, float[]> eldest) {
            return size() > ENTRIES_MAX;
        }
    };

    /** The vector of a question, where it was asked before. */
    Optional<float[]> vectorOf(String question) {
        ByteBuffer key = digest(question);
        synchronized (this) {
            return Optional.ofNullable(vectors.get(key));
        }
    }

    /** Keeps a vector, which is not changed from here on. */
    void remember(String question, float[] vector) {
        ByteBuffer key = digest(question);
        synchronized (this) {
            vectors.put(key, vector);
        }
    }

    private static ByteBuffer digest(String question) {
        try {
            return ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        }
    }
}

package dev.millrace.classifier.intent;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A linear model over hashed grams, its weights in one byte each.
 *
 * <p>The resource, gzip: version (UTF), places (int), classes (int), then for each class its id (UTF), scale (float) and
 * bias (float), then the weights, a row of all classes for each place.
 */
final class LinearIntents {

    private static final String RESOURCE = "/classifier/intent-grams-v1.bin.gz";

    private final String version;
    private final List<String> ids;
    private final float[] scales;
    private final float[] biases;
    private final ByteRows weights;

    private LinearIntents(DataInputStream in) throws IOException {
        version = in.readUTF();
        int places = in.readInt();
        if (places != HashedGrams.PLACES) {
            throw new IOException("intents by grams: places " + places + " (expected: " + HashedGrams.PLACES + ")");
        }
        int classes = in.readInt();
        ids = new ArrayList<>(classes);
        scales = new float[classes];
        biases = new float[classes];
        for (int i = 0; i < classes; i++) {
            ids.add(in.readUTF());
            scales[i] = in.readFloat();
            biases[i] = in.readFloat();
        }
        weights = ByteRows.read(in, places, classes);
    }

    /** Reads the weights that ship with the service. */
    static LinearIntents load() {
        try (InputStream resource = LinearIntents.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            return read(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    static LinearIntents read(InputStream in) throws IOException {
        return new LinearIntents(
                new DataInputStream(new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16)));
    }

    String version() {
        return version;
    }

    List<String> ids() {
        return Collections.unmodifiableList(ids);
    }

    /** The sums of all classes for a text. */
    double[] logits(String text) {
        int[] places = HashedGrams.of(text);
        int[] sums = weights.sums(places);
        double norm = Math.sqrt(Math.max(1, places.length));
        double[] logits = new double[sums.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = sums[i] * scales[i] / norm + biases[i];
        }
        return logits;
    }

    /** Returns the most likely class by its sums, with its probability. */
    Guess guess(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        double total = 0;
        for (double logit : logits) {
            total += StrictMath.exp(logit - logits[best]);
        }
        return new Guess(ids.get(best), 1 / total);
    }

    /** A class and the model's belief in it. */
    record Guess(String id, double probability) {}
}

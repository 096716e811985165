package dev.millrace.classifier.intent;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * What a question's meaning says of its intent: a linear model over its vector, added to that over its grams. Immutable.
 *
 * <p>The resource, gzip: version (UTF), inputs, classes (int), the share of the grams' sums (float), then for each class its id
 * (UTF), scale (float) and bias (float), then the weights in one byte each, a row of all classes for each input.
 */
final class MeaningIntents {

    private static final String RESOURCE = "/classifier/intent-meaning-v1.bin.gz";

    private final String version;
    private final int inputs;
    private final float gramShare;
    private final float[] scales;
    private final float[] biases;
    private final byte[] weights;

    private MeaningIntents(DataInputStream in, List<String> ids) throws IOException {
        version = in.readUTF();
        inputs = in.readInt();
        int classes = in.readInt();
        gramShare = in.readFloat();
        scales = new float[classes];
        biases = new float[classes];
        for (int i = 0; i < classes; i++) {
            String id = in.readUTF();
            if (classes != ids.size() || !id.equals(ids.get(i))) {
                throw new IOException(RESOURCE + ": class " + id + " is not that of the grams; train again");
            }
            scales[i] = in.readFloat();
            biases[i] = in.readFloat();
        }
        weights = in.readNBytes(inputs * classes);
        if (weights.length != inputs * classes) {
            throw new IOException(RESOURCE + ": " + weights.length + " weights (expected: " + inputs * classes + ")");
        }
    }

    /** Reads the weights that ship with the service; their classes must be the given ones. */
    static MeaningIntents load(List<String> ids) {
        try (InputStream resource = MeaningIntents.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            return new MeaningIntents(
                    new DataInputStream(new BufferedInputStream(new GZIPInputStream(resource, 1 << 16), 1 << 16)), ids);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    String version() {
        return version;
    }

    /** The sums of all classes for a vector, with those of the grams in their share. */
    double[] logits(float[] vector, double[] gramLogits) {
        if (vector.length != inputs) {
            throw new IllegalArgumentException("vector: " + vector.length + " components (expected: " + inputs + ")");
        }
        double[] sums = new double[scales.length];
        for (int input = 0; input < inputs; input++) {
            int row = input * sums.length;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += vector[input] * weights[row + i];
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i] * scales[i] + biases[i] + gramShare * gramLogits[i];
        }
        return sums;
    }
}

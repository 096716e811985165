package dev.millrace.classifier.score;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.zip.GZIPInputStream;

/**
 * The second part of the score: what the training questions nearest in meaning needed, on the average. Thread-safe.
 *
 * <p>The resource, gzip: the name of the head that it belongs to (UTF), inputs, dimensions, rows and nearest (int), weight and usual part (float), then the
 * projection of a vector onto the dimensions (floats, a row an input), then for each training question its projection in steps of
 * 1/{@value #STEPS} (a byte each), then for each its need beyond the usual (floats). No text is shipped.
 */
final class Neighbours {

    static final String RESOURCE = "/classifier/router-neighbours-v4.bin.gz";

    /** Of everyday questions one in twenty has a part below, of the training's mixed set one in seven. */
    static final double PART_SELDOM_BELOW = -0.13;

    /**
     * Of ten training questions one has a part above. Who asks for the meaning only where this range reaches a cut-off gives 992
     * of 1,000 everyday questions the tier that they have with their meaning.
     */
    static final double PART_SELDOM_ABOVE = 0.04;

    private static final int STEPS = 256;

    private final String headName;
    private final int inputs;
    private final int dimensions;
    private final int nearest;
    private final float weight;
    private final float usual;
    private final float[] projection;
    /** The steps of all questions in the first dimension, then in the second: many questions are multiplied at once. */
    private final byte[] columns;

    private final float[] needs;
    /** Parts that were worked out, for as long as somebody keeps the vector: an array is equal to itself alone. */
    private final Map<float[], Double> parts = Collections.synchronizedMap(new WeakHashMap<>());

    private Neighbours(DataInputStream in) throws IOException {
        headName = in.readUTF();
        inputs = in.readInt();
        dimensions = in.readInt();
        int count = in.readInt();
        nearest = in.readInt();
        weight = in.readFloat();
        usual = in.readFloat();
        projection = floats(in, inputs * dimensions);
        byte[] small = in.readNBytes(count * dimensions);
        if (small.length != count * dimensions) {
            throw new IOException("neighbours: " + small.length + " steps (expected: " + count * dimensions + ")");
        }
        columns = new byte[small.length];
        for (int i = 0; i < small.length; i++) {
            columns[i % dimensions * count + i / dimensions] = small[i];
        }
        needs = floats(in, count);
    }

    /** Returns the neighbours that ship with the service. */
    static Neighbours load() {
        try (InputStream in = Neighbours.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    static Neighbours read(InputStream in) throws IOException {
        return new Neighbours(new DataInputStream(new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16)));
    }

    /** The name of the head that was trained together with them. */
    String headName() {
        return headName;
    }

    /** What is added to raw where a question's meaning is not known: what is added on the average. */
    double usualPart() {
        return weight * usual;
    }

    /** What is added to raw for a question of this meaning; the vector is not changed afterwards. */
    double part(float[] vector) {
        if (vector.length != inputs) {
            throw new IllegalArgumentException("vector: " + vector.length + " components (expected: " + inputs + ")");
        }
        Double known = parts.get(vector);
        double part = known == null ? partOf(vector) : known;
        if (known == null) {
            parts.put(vector, part);
        }
        return part;
    }

    private double partOf(float[] vector) {
        Nearest best = new Nearest(nearest);
        float[] products = products(projected(vector));
        for (int row = 0; row < products.length; row++) {
            best.offer((int) products[row], row);
        }
        double sum = 0;
        for (int i = 0; i < best.size(); i++) {
            sum += needs[best.row(i)];
        }
        return weight * sum / Math.max(1, best.size());
    }

    /** Whole numbers, so that the sums are the same on every machine. */
    private byte[] projected(float[] vector) {
        double[] sums = new double[dimensions];
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < dimensions; j++) {
                sums[j] += (double) vector[i] * projection[i * dimensions + j];
            }
        }
        byte[] steps = new byte[dimensions];
        for (int j = 0; j < dimensions; j++) {
            steps[j] = (byte) Math.clamp(Math.round(sums[j] * STEPS), -127, 127);
        }
        return steps;
    }

    /** The product with each question: whole numbers below 2^24, which floats hold exactly in any order. */
    private float[] products(byte[] query) {
        float[] products = new float[needs.length];
        for (int dimension = 0; dimension < dimensions; dimension++) {
            add(query[dimension], dimension * products.length, products);
        }
        return products;
    }

    private void add(float step, int column, float[] products) {
        for (int i = 0; i < products.length; i++) {
            products[i] += step * columns[column + i];
        }
    }

    private static float[] floats(DataInputStream in, int count) throws IOException {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }

    /** The rows of the largest products so far, as a heap with the least on top; of equal ones the earlier row stays. */
    private static final class Nearest {
        private final long[] heap;
        private int size;

        Nearest(int max) {
            heap = new long[max];
        }

        void offer(int product, int row) {
            long entry = (long) product << 32 | (Integer.MAX_VALUE - row);
            if (size < heap.length) {
                heap[size] = entry;
                rise(size++);
            } else if (entry > heap[0]) {
                heap[0] = entry;
                sink();
            }
        }

        int size() {
            return size;
        }

        int row(int place) {
            return Integer.MAX_VALUE - (int) heap[place];
        }

        private void rise(int from) {
            int place = from;
            while (place > 0 && heap[place] < heap[(place - 1) / 2]) {
                swap(place, (place - 1) / 2);
                place = (place - 1) / 2;
            }
        }

        private void sink() {
            int place = 0;
            while (2 * place + 1 < size) {
                int child = 2 * place + 1;
                if (child + 1 < size && heap[child + 1] < heap[child]) {
                    child++;
                }
                if (heap[place] <= heap[child]) {
                    return;
                }
                swap(place, child);
                place = child;
            }
        }

        private void swap(int one, int other) {
            long kept = heap[one];
            heap[one] = heap[other];
            heap[other] = kept;
        }
    }
}

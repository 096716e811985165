package dev.millrace.classifier.intent;

import java.io.DataInputStream;
import java.io.IOException;

/**
 * A dense layer of a net with one byte a weight. Immutable.
 *
 * <p>In a file: for each output its scale and its bias (float), then the weights in steps of these scales (a byte each), a row of
 * all outputs for each input. Each output is summed in the order of the inputs, so that it is the same on every machine.
 */
final class ByteLayer {

    private final int inputs;
    private final float[] scales;
    private final float[] biases;
    /** Bytes in memory too: an array of another type than the sums is added several columns at once. */
    private final byte[] weights;

    private ByteLayer(DataInputStream in, int inputs, int outputs) throws IOException {
        this.inputs = inputs;
        scales = new float[outputs];
        biases = new float[outputs];
        for (int i = 0; i < outputs; i++) {
            scales[i] = in.readFloat();
            biases[i] = in.readFloat();
        }
        weights = in.readNBytes(inputs * outputs);
        if (weights.length != inputs * outputs) {
            throw new IOException(weights.length + " weights (expected: " + inputs * outputs + ")");
        }
    }

    static ByteLayer read(DataInputStream in, int inputs, int outputs) throws IOException {
        return new ByteLayer(in, inputs, outputs);
    }

    /** The sum of each output. */
    float[] sums(float[] values) {
        if (values.length != inputs) {
            throw new IllegalArgumentException("vector: " + values.length + " components (expected: " + inputs + ")");
        }
        float[] sums = new float[biases.length];
        for (int input = 0; input < inputs; input++) {
            // Half of the hidden units are silent.
            if (values[input] != 0) {
                add(values[input], input * sums.length, sums);
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i] * scales[i] + biases[i];
        }
        return sums;
    }

    private void add(float value, int row, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += value * weights[row + i];
        }
    }
}

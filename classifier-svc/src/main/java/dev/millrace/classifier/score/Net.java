package dev.millrace.classifier.score;

/**
 * A small net: inputs, one hidden layer ({@link TanhTable}), two outputs (logistic): p(weak model good), p(strong model good).
 *
 * <p>The arrays belong to the net and are never changed. Weights lie row by row, a row an input.
 */
final class Net {

    private static final double STRONG_SHARE = 0.75;

    private final float[] hiddenWeights;
    private final float[] hiddenBias;
    private final float[] outputWeights;
    private final float[] outputBias;

    Net(float[] hiddenWeights, float[] hiddenBias, float[] outputWeights, float[] outputBias) {
        this.hiddenWeights = hiddenWeights;
        this.hiddenBias = hiddenBias;
        this.outputWeights = outputWeights;
        this.outputBias = outputBias;
    }

    /** Returns the sums that enter the hidden layer. */
    double[] hiddenSums(float[] scaled) {
        double[] sums = new double[hiddenBias.length];
        for (int j = 0; j < sums.length; j++) {
            sums[j] = hiddenBias[j];
        }
        for (int i = 0; i < scaled.length; i++) {
            addInput(sums, i, scaled[i]);
        }
        return sums;
    }

    /** Adds one input to the sums; with a negated value it takes the input back. */
    void addInput(double[] sums, int input, float value) {
        if (value != 0) {
            int row = input * sums.length;
            for (int j = 0; j < sums.length; j++) {
                sums[j] += value * hiddenWeights[row + j];
            }
        }
    }

    /** Returns 0.75 p(strong good) - p(weak good) for sums of the hidden layer. */
    double need(double[] sums) {
        double weak = outputBias[0];
        double strong = outputBias[1];
        for (int j = 0; j < sums.length; j++) {
            double hidden = TanhTable.of(sums[j]);
            weak += hidden * outputWeights[2 * j];
            strong += hidden * outputWeights[2 * j + 1];
        }
        return STRONG_SHARE * logistic(strong) - logistic(weak);
    }

    private static double logistic(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }
}

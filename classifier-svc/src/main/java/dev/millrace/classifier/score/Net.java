package dev.millrace.classifier.score;

/**
 * A small net: inputs, one hidden layer ({@link TanhTable}), two outputs (logistic): p(weak model good), p(strong model good).
 *
 * <p>The arrays belong to the net and are never changed. Weights lie row by row, a row an input.
 */
final class Net {

    private static final double STRONG_SHARE = 0.75;

    /** Half of the largest second derivative of the hyperbolic tangent: 2 / (3 sqrt 3). */
    private static final double TANH_BEND_MAX = 0.3850;

    /** The largest slope of the logistic function. */
    private static final double LOGISTIC_SLOPE_MAX = 0.25;

    /** Half of the largest second derivative of the logistic function: 1 / (12 sqrt 3). */
    private static final double LOGISTIC_BEND_MAX = 0.0482;

    private final float[] hiddenWeights;
    /** The same, a row a unit of the hidden layer: slopes are worked out for all inputs of a unit at once. */
    private final double[] weightsByUnit;

    private final float[] hiddenBias;
    private final double[] weakWeights;
    private final double[] strongWeights;
    private final double weakBias;
    private final double strongBias;

    /** Takes the weights and biases of the hidden layer and of both outputs, the outputs' weights in pairs. */
    Net(float[] hiddenWeights, float[] hiddenBias, float[] outputWeights, float[] outputBias) {
        this.hiddenWeights = hiddenWeights;
        this.hiddenBias = hiddenBias;
        weakWeights = new double[hiddenBias.length];
        strongWeights = new double[hiddenBias.length];
        weightsByUnit = new double[hiddenWeights.length];
        int inputs = hiddenWeights.length / hiddenBias.length;
        for (int j = 0; j < hiddenBias.length; j++) {
            weakWeights[j] = outputWeights[2 * j];
            strongWeights[j] = outputWeights[2 * j + 1];
            for (int i = 0; i < inputs; i++) {
                weightsByUnit[j * inputs + i] = hiddenWeights[i * hiddenBias.length + j];
            }
        }
        weakBias = outputBias[0];
        strongBias = outputBias[1];
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

    /** Adds one input to the sums. */
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
        return need(sums, 0, 0);
    }

    /** Returns the need for sums of the hidden layer after a change of one input. */
    double need(double[] sums, int input, float change) {
        double weak = weakBias;
        double strong = strongBias;
        int row = input * sums.length;
        for (int j = 0; j < sums.length; j++) {
            double hidden = TanhTable.of(sums[j] + change * hiddenWeights[row + j]);
            weak += hidden * weakWeights[j];
            strong += hidden * strongWeights[j];
        }
        return STRONG_SHARE * tableLogistic(strong) - tableLogistic(weak);
    }

    /** Adds to each input's slope how fast the need grows with that input at these sums. */
    void addSlopes(double[] sums, double[] slopes) {
        double[] hidden = new double[sums.length];
        double weak = weakBias;
        double strong = strongBias;
        for (int j = 0; j < sums.length; j++) {
            hidden[j] = TanhTable.of(sums[j]);
            weak += hidden[j] * weakWeights[j];
            strong += hidden[j] * strongWeights[j];
        }
        double strongSlope = STRONG_SHARE * logisticSlope(strong);
        double weakSlope = logisticSlope(weak);
        for (int j = 0; j < sums.length; j++) {
            double output = strongSlope * strongWeights[j] - weakSlope * weakWeights[j];
            double unit = output * (1 - hidden[j] * hidden[j]);
            int row = j * slopes.length;
            for (int i = 0; i < slopes.length; i++) {
                slopes[i] += unit * weightsByUnit[row + i];
            }
        }
    }

    /**
     * How far the need may be from a straight line in one input: by no more than this times the square of the input's change.
     *
     * <p>A change x moves the sum j of the hidden layer by x w(j) and its tangent by slope x w(j) within 0.385 (x w(j))²; that
     * moves an output z by no more than x A, A = sum |v(j) w(j)|, and by its slope within 0.385 x² Q, Q = sum |v(j)| w(j)²; the
     * logistic of z then moves by its slope within 0.25 * 0.385 x² Q + 0.0482 x² A².
     */
    double bendMax(int input) {
        return STRONG_SHARE * bendMax(input, strongWeights) + bendMax(input, weakWeights);
    }

    private double bendMax(int input, double[] outputs) {
        int size = hiddenBias.length;
        double first = 0;
        double second = 0;
        for (int j = 0; j < size; j++) {
            double weight = Math.abs(hiddenWeights[input * size + j]);
            double out = Math.abs(outputs[j]);
            first += out * weight;
            second += out * weight * weight;
        }
        return LOGISTIC_SLOPE_MAX * TANH_BEND_MAX * second + LOGISTIC_BEND_MAX * first * first;
    }

    /** How far the table of tangents may move the need, and how far a slope times an input, together. */
    double tableErrorMax() {
        double total = 0;
        for (int j = 0; j < hiddenBias.length; j++) {
            total += Math.abs(weakWeights[j]) + STRONG_SHARE * Math.abs(strongWeights[j]);
        }
        return TanhTable.ERROR_MAX * (4 * total + 2);
    }

    private static double logisticSlope(double x) {
        double value = logistic(x);
        return value * (1 - value);
    }

    /** The logistic function by the same table, for the many needs of an explanation: within half of the table's error. */
    private static double tableLogistic(double x) {
        return 0.5 + 0.5 * TanhTable.of(0.5 * x);
    }

    /** Only for slopes, whose bounds hold whatever the last digit is that a machine makes of it. */
    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}

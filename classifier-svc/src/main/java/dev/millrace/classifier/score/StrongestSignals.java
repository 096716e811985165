package dev.millrace.classifier.score;

/** The signals with the largest weights of those offered, the largest first, of equal ones the first in order; used by one thread. */
final class StrongestSignals {

    private static final int SIGNALS_MAX = 8;

    /** What weighs less is no reason. */
    private static final double WEIGHT_MIN = 0.005;

    private final int[] signals = new int[SIGNALS_MAX + 1];
    private final double[] weights = new double[SIGNALS_MAX + 1];
    private int size;

    /** Keeps a signal, named by its place in the order of all signals, if it is strong enough. */
    void offer(int signal, double weight) {
        if (Math.abs(weight) < WEIGHT_MIN) {
            return;
        }
        int place = size;
        while (place > 0 && isBefore(signal, weight, place - 1)) {
            signals[place] = signals[place - 1];
            weights[place] = weights[place - 1];
            place--;
        }
        signals[place] = signal;
        weights[place] = weight;
        size = Math.min(SIGNALS_MAX, size + 1);
    }

    private boolean isBefore(int signal, double weight, int place) {
        int order = Double.compare(Math.abs(weight), Math.abs(weights[place]));
        return order > 0 || (order == 0 && signal < signals[place]);
    }

    /** A signal whose weight is smaller than this in size would not be kept. */
    double least() {
        return size < SIGNALS_MAX ? WEIGHT_MIN : Math.abs(weights[SIGNALS_MAX - 1]);
    }

    int size() {
        return size;
    }

    /** The signal at a place, 0 the strongest. */
    int signal(int place) {
        return signals[place];
    }

    double weight(int place) {
        return weights[place];
    }
}

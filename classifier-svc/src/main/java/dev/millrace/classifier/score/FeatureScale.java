package dev.millrace.classifier.score;

/**
 * Brings features to mean 0 and spread 1 and clips them, so that a text far from the training cannot run away.
 *
 * <p>The arrays belong to the scale and are never changed.
 */
final class FeatureScale {

    private static final float CLIP = 3f;

    private final float[] mean;
    private final float[] spread;

    FeatureScale(float[] mean, float[] spread) {
        this.mean = mean;
        this.spread = spread;
    }

    /** Returns the scaled features; 0 is the mean of the training. */
    float[] scale(float[] values) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = Math.clamp((values[i] - mean[i]) / spread[i], -CLIP, CLIP);
        }
        return scaled;
    }

    /** The spread of one feature over the training. */
    float spread(Feature feature) {
        return spread[feature.index()];
    }

    /** The mean of one feature over the training. */
    float mean(Feature feature) {
        return mean[feature.index()];
    }
}

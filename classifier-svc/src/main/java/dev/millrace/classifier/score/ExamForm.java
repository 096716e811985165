package dev.millrace.classifier.score;

/**
 * Tells questions in the form of an examination (listed options, sums in words, several terms of mathematics) from open ones.
 *
 * <p>INVARIANT: training marks the neighbours by the same features and limits.
 */
final class ExamForm {

    /** Two and more: amounts are logarithms of 1 + count. */
    private static final float TWO = (float) Math.log1p(1.5);

    private ExamForm() {}

    /** Whether a question has the form of an examination. */
    static boolean isExam(TextFeatures features) {
        boolean options = features.value(Feature.OPTION_LINES) >= TWO;
        boolean sum = features.value(Feature.NUMBERS) >= TWO && features.value(Feature.QUANTITY_WORDS) > 0;
        return options || sum || features.value(Feature.MATH_WORDS) >= TWO;
    }
}

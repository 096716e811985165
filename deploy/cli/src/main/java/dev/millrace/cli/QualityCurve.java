package dev.millrace.cli;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What labelled prompts say of sending the highest scores to the stronger model: quality and cost against the share that is sent.
 *
 * <p>Prompts are sent in the order of falling scores; equal scores go together. recovered = (quality - weak) / (strong - weak).
 */
final class QualityCurve {

    private final List<Prompt> falling;
    private final double weakQuality;
    private final double strongQuality;

    QualityCurve(List<Prompt> prompts) {
        falling = prompts.stream()
                .sorted(Comparator.comparingDouble(Prompt::score).reversed())
                .toList();
        weakQuality = falling.stream().mapToDouble(Prompt::weak).average().orElse(0);
        strongQuality = falling.stream().mapToDouble(Prompt::strong).average().orElse(0);
    }

    int prompts() {
        return falling.size();
    }

    /** The mean quality when nothing is sent. */
    double weakQuality() {
        return weakQuality;
    }

    /** The mean quality when all is sent. */
    double strongQuality() {
        return strongQuality;
    }

    /**
     * The shares from none to all in so many steps, equal ones as far as equal scores allow: no score divides those, so a step that
     * would is taken behind them, and where several end there they are one.
     */
    List<Point> points(int steps) {
        return IntStream.rangeClosed(0, steps)
                .map(step -> together((int) Math.round((double) step * prompts() / steps)))
                .distinct()
                .mapToObj(this::point)
                .toList();
    }

    /** So many prompts, and those that have the score of the last of them. */
    private int together(int sent) {
        int end = sent;
        while (isTied(end)) {
            end++;
        }
        return end;
    }

    /** Whether the last of so many prompts has the score of the next. */
    private boolean isTied(int sent) {
        return sent > 0 && sent < prompts() && falling.get(sent).score == falling.get(sent - 1).score;
    }

    /** The highest score from which on sending recovers a part of what the stronger model adds. */
    double scoreRecovering(double part) {
        double wanted = part * (strongQuality - weakQuality) * prompts();
        double gain = 0;
        for (int i = 0; i < prompts(); i++) {
            Prompt prompt = falling.get(i);
            gain += prompt.strong - prompt.weak;
            if (!isTied(i + 1) && gain >= wanted) {
                return prompt.score;
            }
        }
        return falling.getLast().score;
    }

    private Point point(int sent) {
        double quality = 0;
        double cost = 0;
        for (int i = 0; i < prompts(); i++) {
            Prompt prompt = falling.get(i);
            quality += i < sent ? prompt.strong : prompt.weak;
            cost += i < sent ? prompt.strongCostUsd : 0;
        }
        double mean = quality / prompts();
        double recovered = (mean - weakQuality) / (strongQuality - weakQuality) + 0.0; // turns -0 into 0
        double from = sent == 0 ? 1 : falling.get(sent - 1).score;
        return new Point((double) sent / prompts(), from, mean, recovered, 1_000 * cost / prompts());
    }

    /**
     * A labelled prompt.
     *
     * @param score the classifier's
     * @param weak quality of the weaker model's answer, 0 to 1
     * @param strong quality of the stronger model's answer, 0 to 1
     * @param strongCostUsd what the stronger model's answer costs; 0 where no price is known
     */
    record Prompt(double score, double weak, double strong, double strongCostUsd) {}

    /**
     * A point of the curve.
     *
     * @param share how much is sent to the stronger model, 0 to 1
     * @param fromScore the lowest score that is sent
     * @param quality the mean quality
     * @param recovered the part of the gap that is recovered
     * @param usdPerThousand the cost of 1,000 prompts
     */
    record Point(double share, double fromScore, double quality, double recovered, double usdPerThousand) {}
}

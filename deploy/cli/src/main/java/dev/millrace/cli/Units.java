package dev.millrace.cli;

import dev.millrace.rpc.WireTimes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** How figures are written for people, and how amounts are read from them. */
final class Units {
    private static final int NANO_DIGITS = 9;
    private static final int PROMPT_DIGITS = 6;
    private static final int CENT_DIGITS = 2;
    private static final int SCORE_DIGITS_MIN = 2;
    private static final int SCORE_DIGITS_MAX = 4;

    private Units() {}

    /** Nano-USD as USD, exact, "0" for nothing; six digits at least, because what one prompt costs is far below a cent. */
    static String usd(long nanoUsd) {
        return nanoUsd == 0 ? "0" : exact(nanoUsd, PROMPT_DIGITS);
    }

    /** A score as it stands beside its tier, cut: one below 0.9 never reads 0.90. */
    static String score(double score) {
        return scores().apply(score);
    }

    /** Scores and these cut-offs, cut to the digits of the finest cut-off, so that a score reads on the side where it is. */
    static DoubleFunction<String> scores(double... cutoffs) {
        int digits = Arrays.stream(cutoffs)
                .mapToInt(cutoff ->
                        BigDecimal.valueOf(cutoff).stripTrailingZeros().scale())
                .reduce(SCORE_DIGITS_MIN, Math::max);
        int shown = Math.min(digits, SCORE_DIGITS_MAX);
        return score ->
                BigDecimal.valueOf(score).setScale(shown, RoundingMode.FLOOR).toPlainString();
    }

    /** Nano-USD as USD, exact, all with as many digits as the finest of these amounts needs, so that a column aligns. */
    static LongFunction<String> usdColumn(LongStream amounts) {
        int digits = amounts.mapToInt(Units::digits).reduce(PROMPT_DIGITS, Math::max);
        return nanoUsd -> exact(nanoUsd, digits);
    }

    /** An exact decimal to the cent, further where the amount is finer, such as "0.42" or "0.00006". */
    static String usdExact(long nanoUsd) {
        return exact(nanoUsd, CENT_DIGITS);
    }

    private static String exact(long nanoUsd, int digitsMin) {
        return BigDecimal.valueOf(nanoUsd, NANO_DIGITS)
                .setScale(Math.max(digits(nanoUsd), digitsMin))
                .toPlainString();
    }

    /** How many digits behind the point an amount has. */
    private static int digits(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros().scale();
    }

    /**
     * Reads an amount of USD, such as "2" or "0.42".
     *
     * @throws CommandFault where it is no number, negative, or finer than a nano-USD
     */
    static long nanoUsd(String name, String text) {
        try {
            long amount = new BigDecimal(text.replaceFirst("(?i) ?usd$", ""))
                    .movePointRight(NANO_DIGITS)
                    .longValueExact();
            if (amount >= 0) {
                return amount;
            }
        } catch (ArithmeticException | NumberFormatException malformed) {
            // told below
        }
        throw new CommandFault(ExitCodes.USAGE, name + ": " + text + " (expected: an amount in USD, such as 0.42)");
    }

    static String duration(Duration span) {
        double millis = span.toNanos() / 1e6;
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return millis < 1_000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1000).replace(".0 s", " s");
    }

    static String duration(com.google.protobuf.Duration span) {
        return duration(WireTimes.fromWire(span));
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** "1 token", "2 tokens". */
    static String counted(long number, String thing) {
        return count(number) + " " + thing + (number == 1 ? "" : "s");
    }
}

package dev.millrace.runtime;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * An amount of money in nano-USD (10^-9 USD), exact; written {@code 25.00 USD} in configuration.
 *
 * @param nanoUsd may be negative; at most about 9.2 billion USD
 */
public record NanoUsd(long nanoUsd) implements Comparable<NanoUsd> {
    private static final int SCALE = 9;
    private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,10}(\\.[0-9]{1,9})?) USD");

    /** Reads {@code 25.00 USD}. */
    public static NanoUsd parse(String text) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" (expected: an amount with currency, such as \"25.00 USD\")");
        }
        return new NanoUsd(new BigDecimal(form.group(1)).movePointRight(SCALE).longValueExact());
    }

    /** Decimal USD with at least two places and no needless zeros, such as {@code 0.000276 USD}. */
    @Override
    public String toString() {
        BigDecimal usd = BigDecimal.valueOf(nanoUsd, SCALE).stripTrailingZeros();
        return usd.setScale(Math.max(2, usd.scale())).toPlainString() + " USD";
    }

    @Override
    public int compareTo(NanoUsd other) {
        return Long.compare(nanoUsd, other.nanoUsd);
    }
}

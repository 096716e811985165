package dev.millrace.runtime;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * An amount of data, written {@code 8 MiB} in configuration: B, KiB, MiB, GiB, each 1,024 of the one before.
 *
 * @param bytes 0 or more
 */
public record DataSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9}) ?(B|KiB|MiB|GiB)");
    private static final Map<String, Integer> SHIFTS = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
        }
    }

    /** Reads {@code 8 MiB}. */
    public static DataSize parse(String text) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a size with unit, such as \"8 MiB\")");
        }
        return new DataSize(
                Math.multiplyExact(Long.parseLong(form.group(1)), 1L << SHIFTS.getOrDefault(form.group(2), 0)));
    }
}

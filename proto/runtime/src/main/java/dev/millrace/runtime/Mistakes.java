package dev.millrace.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The mistakes of a reading that goes on behind each, so that an operator learns of all at one start. One thread's. */
public final class Mistakes {
    private final List<String> found = new ArrayList<>();

    /** What was read; empty where that is a mistake, which is kept. */
    public <T> Optional<T> read(Supplier<T> reading) {
        List<T> read = new ArrayList<>(1);
        check(() -> read.add(reading.get()));
        return read.stream().findFirst();
    }

    /** Keeps the mistake that a check throws. */
    public void check(Runnable check) {
        try {
            check.run();
        } catch (ConfigurationFault fault) {
            found.addAll(fault.mistakes());
        } catch (IllegalArgumentException mistake) {
            add(String.valueOf(mistake.getMessage()));
        }
    }

    /** Keeps one that was found otherwise. */
    public void add(String mistake) {
        found.add(mistake);
    }

    /** All in the order of reading, each once. */
    public List<String> found() {
        return found.stream().distinct().toList();
    }

    /**
     * Ends the reading where mistakes were found.
     *
     * @throws ConfigurationFault with all of them
     */
    public void throwAny() {
        if (!found.isEmpty()) {
            throw new ConfigurationFault(found());
        }
    }
}

package dev.millrace.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a process that a file names from another one that was given its number since, by when it began: the machine's start, and
 * the ticks from then on, which no setting of the clock changes. It reads Linux's {@code /proc}; elsewhere the system's time of
 * the start has to do.
 */
public final class ProcessBirth {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    /** Of what follows the name, which may hold anything: the 22nd of the whole line. */
    private static final int START_TICKS = 19;
    /** That time moves with the clock, which may be set meanwhile. */
    private static final Duration CLOCK_STEP_MAX = Duration.ofSeconds(5);

    private ProcessBirth() {}

    /** {@code BOOT/TICKS}, one word; empty where the system does not tell. */
    public static Optional<String> of(long pid) {
        try {
            String boot = Files.readString(BOOT).strip();
            String state = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = state.substring(state.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(boot + "/" + fields[START_TICKS]);
        } catch (IOException | IndexOutOfBoundsException unknown) {
            return Optional.empty();
        }
    }

    /**
     * Whether a process began when a file says so; where the file says nothing, its number decides.
     *
     * @param born as {@link #of} told it; older files lack it
     * @param started as the system told it, in ISO 8601
     * @throws java.time.format.DateTimeParseException when that is needed and is no time
     */
    public static boolean isOf(ProcessHandle process, @Nullable String born, @Nullable String started) {
        Optional<String> birth = born == null ? Optional.empty() : of(process.pid());
        Optional<Instant> start = process.info().startInstant();
        if (birth.isPresent()) {
            return birth.get().equals(born);
        }
        return started == null
                || start.isEmpty()
                || Duration.between(start.get(), Instant.parse(started)).abs().compareTo(CLOCK_STEP_MAX) <= 0;
    }
}

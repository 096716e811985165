package dev.millrace.mesh.command;

import dev.millrace.runtime.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What each sidecar wrote down of its calls, about a second after they ended. */
public final class SidecarRecords {
    private static final String SUFFIX = ".calls.log";
    /** The first and the last door name the call differently from those between: by request id, by turn. */
    private static final int HOPS_OF_NAMES = 2;

    private SidecarRecords() {}

    /** A line for each call of a turn, named by it or by the caller's request id, in order of time; none where no mesh ran. */
    public static List<String> of(Path home, String turn) {
        List<CallRecord> all = records(new Home(home).logs());
        Set<String> names = new HashSet<>(Set.of(turn));
        for (int i = 0; i < HOPS_OF_NAMES; i++) {
            all.stream().filter(record -> record.has(names)).toList().forEach(record -> names.addAll(record.ids()));
            names.remove("");
        }
        List<CallRecord> found = all.stream()
                .filter(record -> record.has(names))
                .sorted(Comparator.comparing(CallRecord::start))
                .toList();
        return found.stream()
                .map(record -> line(record, found.getFirst().start()))
                .toList();
    }

    private static List<CallRecord> records(Path logs) {
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(logs)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .flatMap(SidecarRecords::ofFile)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Stream<CallRecord> ofFile(Path file) {
        String name = file.getFileName().toString();
        String sidecar = name.substring(0, name.length() - SUFFIX.length());
        try {
            return Files.readAllLines(file).stream().flatMap(line -> CallRecord.parse(sidecar, line).stream());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String line(CallRecord record, Instant begin) {
        return String.format(
                Locale.ROOT,
                "%+7d ms  %-34s %-62s %6d ms  %s%s",
                record.start().toEpochMilli() - begin.toEpochMilli(),
                record.way(),
                record.path().replaceFirst("^/millrace\\.", ""),
                record.millis(),
                record.result(),
                record.attempts() > 1 ? ", " + record.attempts() + " attempts, last " + record.upstream() : "");
    }
}

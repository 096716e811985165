package dev.millrace.mesh.command;

import dev.millrace.runtime.Home;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What each sidecar wrote down of its calls, about a second after they ended. */
public final class SidecarRecords {
    /** Also the one that went before. */
    private static final Pattern FILE = Pattern.compile("(.+)\\.calls\\.log(\\.1)?");

    /** The first and the last door name the call differently from those between: by request id, by turn. */
    private static final int HOPS_OF_NAMES = 2;

    private SidecarRecords() {}

    /**
     * A line for each call of a turn, named by it or its beginning or by the caller's request id, in order of time; none where no
     * mesh ran.
     */
    public static List<String> of(Path home, String turn) {
        Path logs = new Home(home).logs();
        Set<String> names = new HashSet<>(Set.of(whole(logs, turn)));
        for (int i = 0; i < HOPS_OF_NAMES; i++) {
            Set<String> more = new HashSet<>();
            read(logs, names, record -> more.addAll(record.ids()));
            names.addAll(more);
            names.remove("");
        }
        List<CallRecord> found = new ArrayList<>();
        read(logs, names, found::add);
        found.sort(Comparator.comparing(CallRecord::start));
        return found.stream()
                .map(record -> line(record, found.getFirst().start()))
                .toList();
    }

    /** The id that begins so; what was typed where none does. */
    private static String whole(Path logs, String typed) {
        NavigableSet<String> found = new TreeSet<>();
        each(logs, Set.of(typed), record -> record.idFrom(typed).ifPresent(found::add));
        return typed.isEmpty() || found.isEmpty() ? typed : found.getFirst();
    }

    /** Hands on the calls that have one of these names; the records of a long day fit no memory. */
    private static void read(Path logs, Set<String> names, Consumer<CallRecord> found) {
        each(logs, names, record -> {
            if (record.has(names)) {
                found.accept(record);
            }
        });
    }

    /** Hands on the calls whose line has one of these words. */
    private static void each(Path logs, Set<String> words, Consumer<CallRecord> found) {
        if (!Files.isDirectory(logs)) {
            return;
        }
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.toList()) {
                Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    each(file, name.group(1), words, found);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void each(Path file, String sidecar, Set<String> words, Consumer<CallRecord> found)
            throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (words.stream().anyMatch(line::contains)) {
                    CallRecord.parse(sidecar, line).ifPresent(found);
                }
            }
        } catch (NoSuchFileException movedMeanwhile) {
            return;
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

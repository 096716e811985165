package dev.millrace.mesh.command;

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
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the way of one prompt through services and sidecars, from what each sidecar wrote down of its calls. */
@Command(
        name = "trace",
        description = "Shows the way of one prompt through services and sidecars, with times.",
        mixinStandardHelpOptions = true)
public final class TraceCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final String SUFFIX = ".calls.log";
    /** The first and the last door name the call differently from those between: by request id, by turn. */
    private static final int HOPS_OF_NAMES = 2;

    @Mixin
    private MeshHome home = new MeshHome();

    @Parameters(paramLabel = "TURN", description = "the x-request-id of an answer, or the request id that you sent")
    private String turn = "";

    @Override
    public Integer call() {
        List<CallRecord> all = records();
        Set<String> names = new HashSet<>(Set.of(turn));
        for (int i = 0; i < HOPS_OF_NAMES; i++) {
            all.stream().filter(record -> record.has(names)).toList().forEach(record -> names.addAll(record.ids()));
            names.remove("");
        }
        List<CallRecord> found = all.stream()
                .filter(record -> record.has(names))
                .sorted(Comparator.comparing(CallRecord::start))
                .toList();
        if (found.isEmpty()) {
            System.err.println("error: no sidecar of " + home.folders().home().root() + " has seen " + turn
                    + " (they write with a delay of a second)");
            return FAILED;
        }
        Instant begin = found.getFirst().start();
        found.forEach(record -> System.out.println(line(record, begin)));
        return 0;
    }

    private List<CallRecord> records() {
        Path logs = home.folders().home().logs();
        try (Stream<Path> files = Files.list(logs)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .flatMap(TraceCommand::records)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Stream<CallRecord> records(Path file) {
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

package dev.millrace.mesh.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The log files of one service or instance, those that come later among them, each line with its file's name. */
final class ServiceLogs {
    private final Path folder;
    private final Pattern wanted;
    private final Consumer<String> out;
    private final Map<Path, FileTail> tails = new LinkedHashMap<>();

    /**
     * @param name as it was typed
     * @param calls the sidecars' records of calls in place of what the processes say
     */
    ServiceLogs(Path folder, String name, boolean calls, Consumer<String> out) {
        this.folder = folder;
        this.wanted = Pattern.compile(
                Pattern.quote(name) + "(-[0-9]+)?" + (calls ? "\\.calls" : "(\\.out|\\.sidecar)?") + "\\.log");
        this.out = out;
    }

    /** Hands on the last lines of each file that is there; returns whether there is one. */
    boolean last(int lines) throws IOException {
        for (Path file : files()) {
            tail(file).last(lines);
        }
        return !tails.isEmpty();
    }

    /** Hands on what was written since, and all of what has come. */
    void fresh() throws IOException {
        for (Path file : files()) {
            tail(file);
        }
        for (FileTail tail : tails.values()) {
            tail.fresh();
        }
    }

    private FileTail tail(Path file) {
        String label = file.getFileName().toString().replaceFirst("\\.log$", "");
        return tails.computeIfAbsent(file, added -> new FileTail(added, line -> out.accept(label + " | " + line)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file ->
                            wanted.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException nothingYet) {
            return List.of();
        }
    }
}

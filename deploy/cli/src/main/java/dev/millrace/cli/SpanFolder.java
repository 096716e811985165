package dev.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folder into which services, or a collector for them, write the spans that they have ended. */
record SpanFolder(Path folder) {
    private static final String TURN = "millrace.turn";
    private static final String REQUEST_ID = "millrace.request_id";

    boolean exists() {
        return Files.isDirectory(folder);
    }

    /** The spans of the trace of a turn, by its id or a beginning of that, its request id or the trace's; empty: none. */
    List<Span> trace(String id) {
        Optional<String> trace = lines().filter(line -> line.contains(id))
                .flatMap(line -> Span.ofLine(line).stream())
                .filter(span -> span.traceId().equals(id)
                        || span.tag(REQUEST_ID).equals(id)
                        || span.tag(TURN).startsWith(id))
                .map(Span::traceId)
                .findFirst();
        return trace.map(this::all).orElse(List.of());
    }

    /** Each span once, though a service and a collector may both have written it. */
    private List<Span> all(String traceId) {
        Set<String> seen = new HashSet<>();
        return lines().filter(line -> line.contains(traceId))
                .flatMap(line -> Span.ofLine(line).stream())
                .filter(span -> span.traceId().equals(traceId) && seen.add(span.spanId()))
                .sorted(Comparator.comparingLong(Span::startNanos))
                .toList();
    }

    private Stream<String> lines() {
        return files().stream().flatMap(file -> read(file).stream());
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A file that was rotated away meanwhile has no lines. */
    private static List<String> read(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.toList();
        } catch (IOException | UncheckedIOException gone) {
            return List.of();
        }
    }
}

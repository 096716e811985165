package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a trace as a table: when each step began, how long it took, who did it, and below which other step. */
final class TraceText {
    private static final double MILLI = 1e6;
    /** What is worth a word beside a step, in this order. */
    private static final List<String> TOLD = List.of(
            "millrace.tier",
            "millrace.target",
            "gen_ai.request.model",
            "millrace.engine",
            "server.address",
            "millrace.outcome",
            "gen_ai.response.finish_reasons",
            "http.response.status_code",
            "millrace.intent",
            "millrace.end");

    private final List<Span> spans;
    private final Table table = new Table(0, 1);
    private final long begin;

    private TraceText(List<Span> spans) {
        this.spans = spans;
        begin = spans.getFirst().startNanos();
        table.row("AT ms", "TOOK ms", "SERVICE", "STEP");
    }

    /** The spans of one trace, at least one, by their beginning. */
    static String of(List<Span> spans) {
        TraceText text = new TraceText(spans);
        Set<String> known = spans.stream().map(Span::spanId).collect(Collectors.toSet());
        // What the caller's own span is, nobody here has written down.
        spans.stream().filter(span -> !known.contains(span.parentId())).forEach(first -> text.add(first, 0));
        return text.head() + "\n" + text.table.render();
    }

    private String head() {
        long end = spans.stream().mapToLong(Span::endNanos).max().orElse(begin);
        String turn = spans.stream()
                .map(span -> span.tag("millrace.turn"))
                .filter(id -> !id.isEmpty())
                .findFirst()
                .map(id -> "turn " + id + "   ")
                .orElse("");
        long services = spans.stream().map(Span::service).distinct().count();
        return turn + "trace " + spans.getFirst().traceId() + "   " + Units.counted(spans.size(), "step") + " in "
                + Units.counted(services, "service") + ", " + millis(end - begin) + " ms";
    }

    private void add(Span span, int depth) {
        table.row(
                millis(span.startNanos() - begin),
                millis(span.nanos()),
                span.service(),
                "  ".repeat(depth) + shortName(span) + told(span));
        spans.stream()
                .filter(child -> child.parentId().equals(span.spanId()))
                .toList()
                .forEach(child -> add(child, depth + 1));
    }

    /** A method without its package: {@code BillingService/SettleUsage}. */
    private static String shortName(Span span) {
        return span.name().replaceFirst("^[a-z0-9_.]+\\.v[0-9]+\\.", "");
    }

    private static String told(Span span) {
        Map<String, String> tags = span.tags();
        List<String> words = new ArrayList<>(TOLD.stream()
                .filter(tags::containsKey)
                .map(tags::get)
                .filter(word -> !span.name().contains(word))
                .toList());
        tokens(tags).forEach(words::add);
        if (span.failed()) {
            words.add("FAILED " + tags.getOrDefault("error.type", ""));
        }
        return words.isEmpty() ? "" : "   " + String.join(", ", words).strip();
    }

    private static Stream<String> tokens(Map<String, String> tags) {
        return Stream.of(
                        Map.entry("gen_ai.usage.input_tokens", " in"),
                        Map.entry("gen_ai.usage.output_tokens", " out"),
                        Map.entry("millrace.first_token_ms", " ms to the first token"))
                .filter(tag -> tags.containsKey(tag.getKey()))
                .map(tag -> tags.get(tag.getKey()) + tag.getValue());
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / MILLI);
    }
}

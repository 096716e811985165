package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnResult.Attempt;
import dev.millrace.gateway.Verdict;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes a decision as the JSON text that the ledger keeps beside the charge: enough to replay it with the policy's version,
 * nothing of the prompt, and so no words of a backend's own. Format version 1; at most {@value #BYTES_MAX} bytes, for which first the plain words give way, then
 * signals and candidates.
 */
final class DecisionRecord {

    static final int BYTES_MAX = 2048;
    private static final int NAME_MAX = 96;
    private static final int DIGITS = 4;
    private static final double DIGITS_SCALE = 1e4;
    private static final double SCALED_MAX = 1e15;
    /** What one char of a string takes at most. */
    private static final int UTF8_BYTES_MAX = 3;

    private static final List<Size> SIZES =
            List.of(new Size(8, true), new Size(8, false), new Size(4, false), new Size(2, false), new Size(1, false));

    /** How much of a decision is told: so many of each list, and whether reasons stand in plain words beside their names. */
    private record Size(int listed, boolean words) {}

    private DecisionRecord() {}

    static String json(Decision decision, Cutoffs cutoffs, List<Attempt> attempts) {
        for (Size size : SIZES) {
            String json = json(decision, cutoffs, attempts, size);
            if (fits(json)) {
                return json;
            }
        }
        return "{\"v\":1,\"decision\":" + text(decision.decisionId()) + ",\"cut\":true}";
    }

    private static boolean fits(String json) {
        return json.length() <= BYTES_MAX / UTF8_BYTES_MAX || json.getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX;
    }

    private static String json(Decision decision, Cutoffs cutoffs, List<Attempt> attempts, Size size) {
        int listed = size.listed;
        return "{\"v\":1,\"decision\":" + text(decision.decisionId())
                + ",\"policy\":" + text(decision.policyVersion())
                + decision.tier()
                        .map(Tier::label)
                        .map(tier -> ",\"tier\":" + text(tier))
                        .orElse("")
                + ",\"cutoffs\":[" + number(cutoffs.moderate()) + "," + number(cutoffs.complex()) + ","
                + number(cutoffs.premium()) + "]"
                + decision.verdict().map(verdict -> verdict(verdict, listed)).orElse("")
                + ",\"candidates\":" + list(decision.candidates(), listed, candidate -> candidate(candidate, size))
                + ",\"attempts\":" + list(attempts, listed, attempt -> attempt(attempt, size))
                + "}";
    }

    private static String verdict(Verdict verdict, int listed) {
        return ",\"score\":" + number(verdict.score())
                + ",\"confidence\":" + number(verdict.confidence())
                + ",\"intent\":" + text(verdict.intent())
                + ",\"task\":" + text(verdict.task())
                + ",\"language\":" + text(verdict.language())
                + ",\"input_tokens\":" + verdict.estimatedInputTokens()
                + ",\"sensitivity\":" + text(verdict.sensitivity().name())
                + ",\"findings\":" + list(verdict.findings(), listed, DecisionRecord::finding)
                + ",\"signals\":" + list(verdict.signals(), listed, DecisionRecord::signal)
                + ",\"judged_by\":" + text(verdict.modelVersion());
    }

    private static String finding(Verdict.Finding finding) {
        return "[" + text(finding.kind()) + "," + text(finding.rule()) + "," + finding.count() + "]";
    }

    private static String signal(Verdict.Signal signal) {
        return "[" + text(signal.id()) + "," + number(signal.weight()) + "]";
    }

    private static String candidate(Candidate candidate, Size size) {
        RouteReason reason = candidate.reasons().getFirst();
        return "{\"target\":" + text(candidate.target().label())
                + ",\"engine\":" + text(candidate.engine())
                + ",\"model\":" + text(candidate.model())
                + ",\"why\":" + text(reason.kind().name())
                + (size.words ? ",\"text\":" + text(reason.text()) : "")
                + (candidate.rejected() ? ",\"rejected\":true}" : "}");
    }

    private static String attempt(Attempt attempt, Size size) {
        return "[" + text(attempt.candidate().model()) + "," + text(attempt.outcome()) + ","
                + attempt.elapsed().toMillis() + (size.words && !attempt.quoted() ? "," + text(attempt.detail()) : "")
                + "]";
    }

    private static <T> String list(List<T> items, int listed, Function<T, String> form) {
        return items.stream().limit(listed).map(form).collect(Collectors.joining(",", "[", "]"));
    }

    private static String number(double value) {
        double scaled = value * DIGITS_SCALE;
        return Math.abs(scaled) < SCALED_MAX
                ? BigDecimal.valueOf(Math.round(scaled), DIGITS).toPlainString()
                : "null";
    }

    private static String text(String value) {
        if (isPlain(value)) {
            return '"' + value + '"';
        }
        StringBuilder json = new StringBuilder("\"");
        value.codePoints().limit(NAME_MAX).forEach(character -> {
            if (character == '"' || character == '\\') {
                json.append('\\').appendCodePoint(character);
            } else if (character < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                json.appendCodePoint(character);
            }
        });
        return json.append('"').toString();
    }

    private static boolean isPlain(String value) {
        if (value.length() > NAME_MAX) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}

package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnResult.Attempt;
import dev.millrace.gateway.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes a decision as the JSON text that the ledger keeps beside the charge: enough to replay it with the policy's version,
 * nothing of the prompt. Format version 1; at most {@value #BYTES_MAX} bytes, for which signals and candidates give way.
 */
final class DecisionRecord {

    static final int BYTES_MAX = 2048;
    private static final int NAME_MAX = 96;

    private DecisionRecord() {}

    static String json(Decision decision, List<Attempt> attempts) {
        for (int listed = 8; listed > 0; listed /= 2) {
            String json = json(decision, attempts, listed);
            if (json.getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX) {
                return json;
            }
        }
        return "{\"v\":1,\"decision\":" + text(decision.decisionId()) + ",\"cut\":true}";
    }

    private static String json(Decision decision, List<Attempt> attempts, int listed) {
        return "{\"v\":1,\"decision\":" + text(decision.decisionId())
                + ",\"policy\":" + text(decision.policyVersion())
                + decision.tier()
                        .map(Tier::label)
                        .map(tier -> ",\"tier\":" + text(tier))
                        .orElse("")
                + decision.verdict().map(verdict -> verdict(verdict, listed)).orElse("")
                + ",\"candidates\":" + list(decision.candidates(), listed, DecisionRecord::candidate)
                + ",\"attempts\":" + list(attempts, listed, DecisionRecord::attempt)
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

    private static String candidate(Candidate candidate) {
        return "{\"target\":" + text(candidate.target().label())
                + ",\"model\":" + text(candidate.model())
                + ",\"why\":" + text(candidate.reasons().getFirst().kind().name())
                + (candidate.rejected() ? ",\"rejected\":true}" : "}");
    }

    private static String attempt(Attempt attempt) {
        return "[" + text(attempt.candidate().model()) + "," + text(attempt.outcome()) + ","
                + attempt.elapsed().toMillis() + "]";
    }

    private static <T> String list(List<T> items, int listed, Function<T, String> form) {
        return items.stream().limit(listed).map(form).collect(Collectors.joining(",", "[", "]"));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null";
    }

    private static String text(String value) {
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
}

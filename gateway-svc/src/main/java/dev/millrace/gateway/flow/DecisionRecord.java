package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.TurnResult.Attempt;
import dev.millrace.gateway.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Writes a decision as the JSON text that the ledger keeps beside the charge: enough to replay it with the policy's version,
 * nothing of the prompt, and so no words of a backend's own. Format version 1; at most {@value #BYTES_MAX} bytes, for which first the plain words give way, those
 * of signals before those of candidates, then signals and candidates.
 */
final class DecisionRecord {

    static final int BYTES_MAX = 2048;
    private static final int NAME_MAX = 96;
    private static final int DIGITS = 4;
    private static final int SCALE = 10_000;
    private static final double SCALED_MAX = 1e15;
    /** More than multiplication errs, so that 0.29 stays 0.2900. */
    private static final double CUT_SLACK = 1e-9;
    /** What one char of a string takes at most. */
    private static final int UTF8_BYTES_MAX = 3;

    private static final List<Size> SIZES = List.of(
            new Size(8, true, true),
            new Size(8, true, false),
            new Size(8, false, false),
            new Size(4, false, false),
            new Size(2, false, false),
            new Size(1, false, false));

    /** How much of a decision is told: so many of each list, and whether reasons and signals stand in plain words beside their names. */
    private record Size(int listed, boolean words, boolean signalWords) {}

    private DecisionRecord() {}

    static String json(Decision decision, Cutoffs cutoffs, List<Attempt> attempts) {
        for (Size size : SIZES) {
            String json = json(decision, cutoffs, attempts, size);
            if (fits(json)) {
                return json;
            }
        }
        return new Json()
                .raw("{\"v\":1")
                .text("decision", decision.decisionId())
                .raw(",\"cut\":true}")
                .toString();
    }

    private static boolean fits(String json) {
        return json.length() <= BYTES_MAX / UTF8_BYTES_MAX || json.getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX;
    }

    private static String json(Decision decision, Cutoffs cutoffs, List<Attempt> attempts, Size size) {
        Json json = new Json()
                .raw("{\"v\":1")
                .text("decision", decision.decisionId())
                .text("policy", decision.policyVersion());
        decision.tier().ifPresent(tier -> json.text("tier", tier.label()));
        json.raw(",\"cutoffs\":[")
                .number(cutoffs.moderate())
                .raw(",")
                .number(cutoffs.complex())
                .raw(",")
                .number(cutoffs.premium())
                .raw("]");
        decision.verdict().ifPresent(verdict -> verdict(json, verdict, size));
        return json.list(
                        "candidates", decision.candidates(), size.listed, candidate -> candidate(json, candidate, size))
                .list("attempts", attempts, size.listed, attempt -> attempt(json, attempt, size))
                .raw("}")
                .toString();
    }

    private static void verdict(Json json, Verdict verdict, Size size) {
        json.cut("score", verdict.score())
                .number("confidence", verdict.confidence())
                .text("intent", verdict.intent())
                .text("task", verdict.task())
                .text("language", verdict.language())
                .count("input_tokens", verdict.estimatedInputTokens())
                .text("sensitivity", verdict.sensitivity().name())
                .list("findings", verdict.findings(), size.listed, finding -> finding(json, finding))
                .list("signals", verdict.signals(), size.listed, signal -> signal(json, signal, size))
                .text("judged_by", verdict.modelVersion());
    }

    private static void finding(Json json, Verdict.Finding finding) {
        json.raw("[")
                .text(finding.kind())
                .raw(",")
                .text(finding.rule())
                .raw(",")
                .count(finding.count())
                .raw("]");
    }

    /** Its description is free of any word of the prompt; its quote is not. */
    private static void signal(Json json, Verdict.Signal signal, Size size) {
        json.raw("[").text(signal.id()).raw(",").number(signal.weight());
        if (size.signalWords) {
            json.raw(",").text(signal.description());
        }
        json.raw("]");
    }

    private static void candidate(Json json, Candidate candidate, Size size) {
        RouteReason reason = candidate.reasons().getFirst();
        json.raw("{\"target\":")
                .text(candidate.target().label())
                .text("engine", candidate.engine())
                .text("model", candidate.model())
                .text("why", reason.kind().name());
        if (size.words) {
            json.text("text", reason.text());
        }
        json.raw(candidate.rejected() ? ",\"rejected\":true}" : "}");
    }

    private static void attempt(Json json, Attempt attempt, Size size) {
        json.raw("[")
                .text(attempt.candidate().model())
                .raw(",")
                .text(attempt.outcome())
                .raw(",")
                .count(attempt.elapsed().toMillis());
        if (size.words && !attempt.quoted()) {
            json.raw(",").text(attempt.detail());
        }
        json.raw("]");
    }

    /** The text as it grows; what is named is a further member of the object that is open. */
    private static final class Json {
        private final StringBuilder out = new StringBuilder(BYTES_MAX / UTF8_BYTES_MAX);

        Json raw(String part) {
            out.append(part);
            return this;
        }

        Json text(String name, String value) {
            return named(name).text(value);
        }

        Json number(String name, double value) {
            return named(name).number(value);
        }

        /** Cut, not rounded: a score below a cut-off may not be kept as that. */
        Json cut(String name, double value) {
            return named(name).number(Math.floor(value * SCALE + CUT_SLACK) / SCALE);
        }

        Json count(String name, long value) {
            return named(name).count(value);
        }

        <T> Json list(String name, List<T> items, int listed, Consumer<T> form) {
            named(name).raw("[");
            for (int i = 0; i < Math.min(listed, items.size()); i++) {
                if (i > 0) {
                    out.append(',');
                }
                form.accept(items.get(i));
            }
            return raw("]");
        }

        private Json named(String name) {
            out.append(",\"").append(name).append("\":");
            return this;
        }

        Json count(long value) {
            out.append(value);
            return this;
        }

        Json number(double value) {
            double scaled = value * SCALE;
            if (Double.isNaN(scaled) || Math.abs(scaled) >= SCALED_MAX) {
                return raw("null");
            }
            long rounded = Math.round(scaled);
            out.append(rounded < 0 ? "-" : "").append(Math.abs(rounded) / SCALE).append('.');
            String digits = Long.toString(Math.abs(rounded) % SCALE);
            out.repeat('0', DIGITS - digits.length()).append(digits);
            return this;
        }

        Json text(String value) {
            out.append('"');
            if (isPlain(value)) {
                out.append(value);
            } else {
                value.codePoints().limit(NAME_MAX).forEach(this::escaped);
            }
            out.append('"');
            return this;
        }

        private void escaped(int character) {
            if (character == '"' || character == '\\') {
                out.append('\\').appendCodePoint(character);
            } else if (character < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                out.appendCodePoint(character);
            }
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

        @Override
        public String toString() {
            return out.toString();
        }
    }
}

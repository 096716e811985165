package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnResult.Attempt;
import dev.millrace.gateway.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class DecisionRecordTest {
    private static final Cutoffs CUTOFFS = new Cutoffs("policy-1", 0.35, 0.65, 0.90);

    @Test
    void staysWithinTwoKibibytesAndQuotesNothing() {
        String json = DecisionRecord.json(decision("m\u00fc\"".repeat(60), 30), CUTOFFS, List.of());

        assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(DecisionRecord.BYTES_MAX);
        assertThat(json).startsWith("{\"v\":1,").endsWith("}").doesNotContain("secret words");
    }

    @Test
    void keepsTheReasonOfAnAttemptButNotTheBackendsWords() {
        String json =
                DecisionRecord.json(decision("starter", 1), CUTOFFS, List.of(failed("it says: your prompt", true)));

        assertThat(json)
                .contains("\"attempts\":[[\"starter\",\"ENGINE_FAILED\",12]]")
                .doesNotContain("your prompt");
    }

    private static Attempt failed(String detail, boolean quoted) {
        return new Attempt(
                decision("starter", 1).candidates().getFirst(),
                "ENGINE_FAILED",
                detail,
                quoted,
                Optional.empty(),
                Duration.ofMillis(12));
    }

    @Test
    void saysWhatDecided() {
        String json = DecisionRecord.json(decision("starter", 1), CUTOFFS, List.of(failed("out of memory", false)));

        assertThat(json)
                .contains(
                        "\"tier\":\"trivial\"",
                        "\"score\":0.1200",
                        "\"policy\":\"policy-1\"",
                        "[\"word_count\",0.1000,\"length: 3 words\"]")
                .contains("\"cutoffs\":[0.3500,0.6500,0.9000]")
                .contains("{\"target\":\"local\",\"engine\":\"embedded\",\"model\":\"starter\",\"why\":\"TIER_MATCH\","
                        + "\"text\":\"tier trivial\"}")
                .contains("\"attempts\":[[\"starter\",\"ENGINE_FAILED\",12,\"out of memory\"]]");
    }

    @Test
    void aFigureHasFourDigits() {
        Cutoffs cutoffs = new Cutoffs("policy-1", -0.00004, -1.23456, Double.NaN);

        assertThat(DecisionRecord.json(decision("m", 1), cutoffs, List.of()))
                .contains("\"cutoffs\":[0.0000,-1.2346,null]");
    }

    @Test
    void plainWordsGiveWayBeforeCandidatesDo() {
        String json = DecisionRecord.json(decision("\u00fc".repeat(65), 8), CUTOFFS, List.of());

        assertThat(json).doesNotContain("tier trivial").contains("TIER_MATCH");
        assertThat(json.split("\"target\"", -1)).hasSize(9);
    }

    @Test
    void theWordsOfSignalsGiveWayBeforeThoseOfCandidates() {
        List<Attempt> attempts = Collections.nCopies(8, failed("out of memory", false));
        String fits = DecisionRecord.json(decision("m", 8), CUTOFFS, attempts);
        int room = (DecisionRecord.BYTES_MAX - fits.length()) / 8;

        String full = DecisionRecord.json(decision("m".repeat(room + 2), 8), CUTOFFS, attempts);

        assertThat(fits).contains("[\"word_count\",0.1000,\"length: 3 words\"]", "tier trivial", "out of memory");
        assertThat(full).contains("[\"word_count\",0.1000]", "tier trivial", "out of memory");
    }

    @ParameterizedTest
    @CsvSource({"0.89999, 0.8999", "0.9, 0.9000", "0.29, 0.2900", "0.5700, 0.5700"})
    void aScoreIsCutSoThatItStaysInItsTier(double score, String kept) {
        assertThat(DecisionRecord.json(decision("m", 1, score), CUTOFFS, List.of()))
                .contains("\"score\":" + kept + ",");
    }

    private static Decision decision(String model, int candidates) {
        return decision(model, candidates, 0.12);
    }

    private static Decision decision(String model, int candidates, double score) {
        Verdict verdict = new Verdict(
                score,
                0.8,
                "intent",
                "QUESTION",
                "en",
                14,
                Verdict.Sensitivity.PUBLIC,
                List.of(),
                List.of(new Verdict.Signal("word_count", "length: 3 words", 0.1, "secret words")),
                "v1",
                false);
        Candidate candidate = new Candidate(
                Target.LOCAL,
                "embedded",
                model,
                List.of(RouteReason.of(RouteReason.Kind.TIER_MATCH, "tier trivial")),
                false,
                OptionalLong.of(0),
                Optional.empty(),
                0.8);
        return new Decision(
                "turn",
                "request",
                "decision",
                Optional.of(Tier.TRIVIAL),
                Optional.of(verdict),
                Collections.nCopies(candidates, candidate),
                Optional.of(candidate),
                "policy-1");
    }
}

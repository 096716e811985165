package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Decision;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DecisionRecordTest {

    @Test
    void staysWithinTwoKibibytesAndQuotesNothing() {
        String json = DecisionRecord.json(decision("m\u00fc\"".repeat(60), 30), List.of());

        assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(DecisionRecord.BYTES_MAX);
        assertThat(json).startsWith("{\"v\":1,").endsWith("}").doesNotContain("secret words");
    }

    @Test
    void saysWhatDecided() {
        String json = DecisionRecord.json(decision("starter", 1), List.of());

        assertThat(json)
                .contains(
                        "\"tier\":\"trivial\"",
                        "\"score\":0.1200",
                        "\"policy\":\"policy-1\"",
                        "[\"word_count\",0.1000]")
                .contains("{\"target\":\"local\",\"model\":\"starter\",\"why\":\"TIER_MATCH\"}");
    }

    private static Decision decision(String model, int candidates) {
        Verdict verdict = new Verdict(
                0.12,
                0.8,
                "intent",
                "QUESTION",
                "en",
                14,
                Verdict.Sensitivity.PUBLIC,
                List.of(),
                List.of(new Verdict.Signal("word_count", "length", 0.1, "secret words")),
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

package dev.millrace.cli;

import dev.millrace.schema.classifier.v1.Verdict;
import dev.millrace.schema.gateway.v1.Completed;
import dev.millrace.schema.gateway.v1.ExplainRouteResponse;
import dev.millrace.schema.gateway.v1.RouteDecided;
import dev.millrace.schema.gateway.v1.Tier;
import dev.millrace.schema.gateway.v1.TierCutoffs;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A score right below the cut-off of premium reads as one below it wherever it stands beside its tier. */
class ScoreBesideTierTest {

    private static final Verdict VERDICT =
            Verdict.newBuilder().setScore(0.8996).setConfidence(0.95).build();
    private static final RouteDecided ROUTE = RouteDecided.newBuilder()
            .setTier(Tier.TIER_COMPLEX)
            .setVerdict(VERDICT)
            .build();

    @Test
    void inARoute() {
        assertThat(route(0.90))
                .startsWith("tier complex (score 0.89, confidence 0.95)")
                .endsWith("moderate from 0.35, complex from 0.65, premium from 0.90");
    }

    @Test
    void inARouteByFinerCutoffs() {
        assertThat(route(0.8997))
                .startsWith("tier complex (score 0.8996, confidence 0.95)")
                .endsWith("moderate from 0.3500, complex from 0.6500, premium from 0.8997");
    }

    @Test
    void underAnAnswer() {
        assertThat(AnswerLine.of(ROUTE, "", Completed.getDefaultInstance())).contains(" · complex 0.89 · ");
    }

    @Test
    void inAVerdict() {
        assertThat(VerdictText.of(VERDICT, Optional.of(Tier.TIER_COMPLEX)))
                .startsWith("score 0.89 (confidence 0.95)   tier complex");
    }

    @Test
    void inATurn() {
        String record =
                "{\"v\":1,\"candidates\":[],\"tier\":\"complex\",\"cutoffs\":[0.3500,0.6500,0.9000],\"score\":0.8996,"
                        + "\"confidence\":0.95,\"intent\":\"a\",\"task\":\"CODE\",\"language\":\"en\",\"input_tokens\":1,"
                        + "\"sensitivity\":\"PUBLIC\",\"policy\":\"policy-1\"}";

        assertThat(Decision.read(record).orElseThrow().why())
                .startsWith("tier complex: score 0.89 (moderate from 0.35, complex from 0.65, premium from 0.90)");
    }

    private static String route(double premium) {
        return RouteText.of(ExplainRouteResponse.newBuilder()
                .setRouteDecided(ROUTE)
                .setCutoffs(TierCutoffs.newBuilder()
                        .setModerate(0.35)
                        .setComplex(0.65)
                        .setPremium(premium))
                .build());
    }
}

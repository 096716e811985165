package dev.millrace.gateway.routing;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Route;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.gateway.routing.Policy.TierPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which models a prompt is offered to, in which order, by its tier and by what its caller asked for. */
final class RouterTest extends RoutingQuestion {

    @ParameterizedTest
    @CsvSource({
        "0.00, TRIVIAL",
        "0.349, TRIVIAL",
        "0.35, MODERATE",
        "0.649, MODERATE",
        "0.65, COMPLEX",
        "0.90, PREMIUM",
        "1.0, PREMIUM"
    })
    void cutsTheScoreIntoTiers(double score, Tier tier) {
        judgement = judged(score, Sensitivity.PUBLIC);

        assertThat(route().tier()).contains(tier);
    }

    @Test
    void trivialAndModeratePromptsStayLocalWithTheCloudBehind() {
        assertThat(plan()).containsExactly(STARTER, "deepseek-v3.2");

        judgement = judged(0.5, Sensitivity.PUBLIC);
        assertThat(plan()).containsExactly(STARTER, "gemini-2.5-flash");
    }

    @Test
    void hardPromptsLeaveWithLocalAsLastResort() {
        judgement = judged(0.8, Sensitivity.PUBLIC);

        Route route = route();

        assertThat(names(route)).containsExactly("deepseek-v3.2", "claude-sonnet-4.5", STARTER);
        assertThat(text(route, 0)).isEqualTo("tier complex");
        assertThat(text(route, 1)).isEqualTo("fallback of deepseek-v3.2");
        assertThat(text(route, 2)).isEqualTo("last resort, tier above its limit (moderate)");
        assertThat(route.plan().getLast().candidate().reasons().getFirst().kind())
                .isEqualTo(Kind.ABOVE_LIMIT);
    }

    @Test
    void aModelThatATierNamesTwiceIsTriedOnce() {
        TierPolicy twice = new TierPolicy(List.of("gpt-4.1", "claude-sonnet-4.5", "gpt-4.1"), Duration.ofSeconds(5));

        assertThat(twice.cloudModels()).containsExactly("gpt-4.1", "claude-sonnet-4.5");
    }

    @Test
    void anExternalLocalEnginePrecedesTheStarterAsItsBackendListsIt() {
        models.addFirst(local("llama3.3:70b"));

        assertThat(plan()).containsExactly("llama3.3:70b", STARTER, "deepseek-v3.2");
    }

    @Test
    void aLocalModelMayBeMeantForAllTiers() {
        policy = withLocalLimits(Map.of(STARTER, Tier.PREMIUM));
        judgement = judged(0.95, Sensitivity.PUBLIC);

        assertThat(plan()).containsExactly(STARTER, "gpt-4.1", "claude-sonnet-4.5");
    }

    @Test
    void theWordsForAnyModelAreMeantToo() {
        model = "lokal";

        assertThat(refusal().getMessage()).contains("Did you mean local");
    }

    @Test
    void localAndCloudAreAutoWithAPlacement() {
        model = "local";
        assertThat(plan()).containsExactly(STARTER);

        model = "cloud";
        assertThat(plan()).containsExactly("deepseek-v3.2");
    }

    @Test
    void aContradictingPlacementIsRefused() {
        model = "local";
        preference = at(Placement.CLOUD_ONLY);
        assertThat(refusal().reason()).isEqualTo(Reason.FIELD_INVALID);

        model = "gpt-4.1";
        preference = at(Placement.LOCAL_ONLY);
        assertThat(refusal().metadata()).containsEntry("field", "preference.placement");
    }

    @Test
    void preferLocalPutsLocalFirstForHardPrompts() {
        judgement = judged(0.8, Sensitivity.PUBLIC);
        preference = at(Placement.PREFER_LOCAL);

        assertThat(plan()).first().isEqualTo(STARTER);
    }

    @Test
    void aNamedModelFallsBackOnlyAlongThePolicysList() {
        model = "gpt-4.1";
        assertThat(plan()).containsExactly("gpt-4.1", "claude-sonnet-4.5");

        model = "deepseek-v3.2";
        assertThat(plan()).containsExactly("deepseek-v3.2");
    }

    @Test
    void anAliasLeadsToItsModel() {
        model = "smart";

        assertThat(plan()).containsExactly("claude-sonnet-4.5");
    }

    @Test
    void theSameQuestionGivesTheSameRoute() {
        assertThat(route()).isEqualTo(route());
    }
}

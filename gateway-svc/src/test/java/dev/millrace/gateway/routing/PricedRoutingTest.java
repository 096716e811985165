package dev.millrace.gateway.routing;

import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Route;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.RoutingPreference.Goal;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Verdict.Sensitivity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How prices, a budget, speed and load change the order of a plan. */
final class PricedRoutingTest extends RoutingQuestion {

    @Test
    void autoDoesNotChooseACloudModelWithoutPriceAndNamedItIsRefusedWithTheCommand() {
        models.replaceAll(entry -> entry.id().equals("deepseek-v3.2") ? cloud("deepseek-v3.2", null) : entry);
        assertThat(plan()).containsExactly(STARTER);

        model = "deepseek-v3.2";
        assertThat(refusal().reason()).isEqualTo(Reason.PRICE_UNKNOWN);
        assertThat(refusal().metadata().get("command")).contains("price set deepseek-v3.2");
    }

    @Test
    void whileBillingHasNotToldItsPricesACloudModelStaysInThePlanAndIsNotFree() {
        models.replaceAll(entry -> entry.target() == Target.CLOUD ? cloud(entry.id(), null) : entry);
        pricesKnown = false;

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER, "deepseek-v3.2");
        assertThat(route.plan().getLast().free()).isFalse();
    }

    @Test
    void theOperatorsCloudModelServesAllTiersWithoutAPrice() {
        models.add(cloud("my-model", null));
        policy = withCloudModel("my-model");
        judgement = judged(0.8, Sensitivity.PUBLIC);

        Route route = route();

        assertThat(names(route)).containsExactly("my-model", STARTER);
        assertThat(route.plan().getFirst().free()).isTrue();
        assertThat(route.plan().getFirst().candidate().reasons())
                .anyMatch(reason -> reason.text().startsWith("no price set"));
    }

    @Test
    void whatCostsMoreThanTheLimitIsLeftOut() {
        judgement = judged(0.8, Sensitivity.PUBLIC);
        preference = new RoutingPreference(
                Goal.BALANCED, Placement.CLOUD_ONLY, OptionalLong.of(10_000_000), Optional.empty(), false);
        assertThat(plan()).containsExactly("deepseek-v3.2");

        preference =
                new RoutingPreference(Goal.BALANCED, Placement.CLOUD_ONLY, OptionalLong.of(1), Optional.empty(), false);
        assertThat(refusal().reason()).isEqualTo(Reason.COST_LIMIT_EXCEEDED);
    }

    @Test
    void cheapFastAndBestChangeTheOrder() {
        judgement = judged(0.8, Sensitivity.PUBLIC);
        seen.medians.put("claude-sonnet-4.5", Duration.ofMillis(80));
        seen.medians.put("deepseek-v3.2", Duration.ofMillis(180));

        preference = goal(Goal.CHEAP);
        assertThat(plan()).containsExactly(STARTER, "deepseek-v3.2", "claude-sonnet-4.5");
        preference = goal(Goal.FAST);
        assertThat(plan()).containsExactly("claude-sonnet-4.5", "deepseek-v3.2", STARTER);
        preference = goal(Goal.BEST);
        assertThat(plan()).containsExactly("claude-sonnet-4.5", "deepseek-v3.2", STARTER);
    }

    @Test
    void aNearlySpentBudgetPutsTheCheapestFirstForCallersWhoMind() {
        judgement = judged(0.95, Sensitivity.PUBLIC);
        List<String> usual = plan();
        budgetShare = 0.85;
        assertThat(plan()).as("nobody minds").isEqualTo(usual);

        preference = new RoutingPreference(Goal.BEST, Placement.ANY, OptionalLong.empty(), Optional.empty(), true);
        assertThat(plan()).startsWith(STARTER);
        assertThat(route().plan().getFirst().candidate().reasons())
                .extracting(RouteReason::text)
                .contains("the cheapest first, 85 % of the day's budget is used");

        budgetShare = 0.79;
        assertThat(plan()).as("enough is left").startsWith("gpt-4.1");
    }

    @Test
    void whatWasFullAMomentAgoStandsBehindTheOthers() {
        seen.full.add(STARTER);

        Route route = route();

        assertThat(names(route)).containsExactly("deepseek-v3.2", STARTER);
        assertThat(route.plan().getLast().candidate().reasons().getFirst().kind())
                .isEqualTo(Kind.OVERFLOW);
    }

    @Test
    void theEstimateIsTheWorstCaseRoundedUpOnce() {
        model = "deepseek-v3.2";

        // 14 tokens with a quarter more are 18; 18 x 0.14 USD + 4096 x 0.42 USD a million
        assertThat(route().plan().getFirst().candidate().estimatedCostNanoUsd()).hasValue(1_722_840);
    }
}

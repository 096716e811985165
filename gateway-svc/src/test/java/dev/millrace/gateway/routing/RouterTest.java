package dev.millrace.gateway.routing;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.Price;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Catalogue.Unreached;
import dev.millrace.gateway.Observations;
import dev.millrace.gateway.PromptJudge.Away;
import dev.millrace.gateway.PromptJudge.Judged;
import dev.millrace.gateway.PromptJudge.Judgement;
import dev.millrace.gateway.PromptJudge.NoText;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.RouteReason.Kind;
import dev.millrace.gateway.Routing.Question;
import dev.millrace.gateway.Routing.Route;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.RoutingPreference.Goal;
import dev.millrace.gateway.RoutingPreference.Placement;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.Verdict;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.gateway.fakes.GatewayFixture;
import dev.millrace.gateway.fakes.TurnRequests;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.Tool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

final class RouterTest {

    private static final String STARTER = "millrace-starter";
    private static final Price CHEAP = new Price("p", 140_000_000L, 420_000_000L, "test", Instant.EPOCH);
    private static final Price DEAR = new Price("p", 3_000_000_000L, 15_000_000_000L, "test", Instant.EPOCH);

    private static final Unreached OLLAMA = new Unreached(
            Target.LOCAL, "ollama", "http://127.0.0.1:11434", "ollama does not answer (connection refused): start it");

    private final Seen seen = new Seen();
    private final List<Entry> models = new ArrayList<>(List.of(
            local(STARTER),
            cloud("deepseek-v3.2", CHEAP),
            cloud("gemini-2.5-flash", CHEAP),
            cloud("claude-sonnet-4.5", DEAR),
            cloud("gpt-4.1", DEAR)));
    private Policy policy = GatewayFixture.policy();
    private Judgement judgement = judged(0.1, Sensitivity.PUBLIC);
    private RoutingPreference preference = RoutingPreference.NONE;
    private String model = "auto";
    private List<Tool> tools = List.of();
    private boolean pricesKnown = true;
    private boolean complete = true;
    private double budgetShare;
    private List<Unreached> unreached = List.of();

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
    void withoutAnyCloudModelTheLocalOneAnswersAndSaysThatThePromptIsAboveIt() {
        models.removeIf(entry -> entry.target() == Target.CLOUD);
        judgement = judged(0.95, Sensitivity.PUBLIC);

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(text(route, 0)).contains("above its limit");
        assertThat(route.rejected()).extracting(Candidate::model).containsExactly("gpt-4.1", "claude-sonnet-4.5");
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
    void sensitivePromptsStayLocal() {
        judgement = judged(0.8, Sensitivity.SENSITIVE);

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(route.mayLeave()).isFalse();
        assertThat(route.rejected()).allMatch(one -> one.reasons().getFirst().kind() == Kind.SENSITIVE);
        assertThat(route.rejected().getFirst().reasons().getFirst().text()).contains("payment_card");
    }

    @Test
    void internalPromptsMayLeaveUnlessPolicyForbids() {
        judgement = judged(0.8, Sensitivity.INTERNAL);
        assertThat(plan()).first().isEqualTo("deepseek-v3.2");

        policy = leavingUpTo(Sensitivity.PUBLIC);
        assertThat(plan()).containsExactly(STARTER);
    }

    @Test
    void sensitivePromptsForANamedCloudModelNeedALocalRoute() {
        judgement = judged(0.8, Sensitivity.SENSITIVE);
        model = "gpt-4.1";

        assertThat(refusal().reason()).isEqualTo(Reason.LOCAL_ROUTE_REQUIRED);
    }

    @Test
    void saysWhatStandsBetweenASensitivePromptAndALocalAnswer() {
        judgement = judged(0.8, Sensitivity.SENSITIVE);
        model = "cloud";
        assertThat(refusal().getMessage())
                .isEqualTo("the prompt is sensitive (payment_card) and may not leave, but only the cloud was asked for."
                        + " Ask for \"auto\" or \"local\"");

        model = "gpt-4.1";
        assertThat(refusal().getMessage())
                .isEqualTo("the prompt is sensitive (payment_card) and may not leave, but model \"gpt-4.1\" runs in the"
                        + " cloud. Ask for \"auto\" or \"local\"");

        model = "auto";
        models.removeIf(entry -> entry.target() == Target.LOCAL);
        assertThat(refusal().getMessage()).contains("there is no local model");

        unreached = List.of(OLLAMA);
        assertThat(refusal().getMessage()).contains("no local model can take it: local ollama: " + OLLAMA.detail());
    }

    @Test
    void namesTheEnginesThatNeverAnsweredWhereNothingElseCan() {
        models.clear();
        unreached = List.of(OLLAMA);

        Route route = route();

        TurnFault refusal = route.refusal().orElseThrow();
        assertThat(refusal.reason()).isEqualTo(Reason.NO_BACKEND_ANSWERED);
        assertThat(refusal.getMessage()).contains("local ollama: " + OLLAMA.detail());
        assertThat(route.rejected()).anySatisfy(candidate -> {
            assertThat(candidate.engine()).isEqualTo("ollama");
            assertThat(candidate.model()).isEmpty();
            assertThat(candidate.reasons().getFirst().kind()).isEqualTo(Kind.UNAVAILABLE);
        });
    }

    @Test
    void looksAtNoEngineThatTheCallerExcludes() {
        unreached = List.of(OLLAMA);

        model = "cloud";
        assertThat(route().rejected()).noneMatch(candidate -> candidate.model().isEmpty());
        model = STARTER;
        assertThat(route().rejected()).noneMatch(candidate -> candidate.model().isEmpty());
    }

    @Test
    void anUnknownModelMayBeAtAnEngineThatNeverAnswered() {
        unreached = List.of(OLLAMA);
        model = "zzzzzzzz";

        assertThat(refusal().getMessage())
                .contains("There are: auto, local, cloud, " + STARTER)
                .contains("ollama at http://127.0.0.1:11434", OLLAMA.detail());
    }

    @Test
    void theWordsForAnyModelAreMeantToo() {
        model = "lokal";

        assertThat(refusal().getMessage()).contains("Did you mean local");
    }

    @Test
    void withoutVerdictPromptsStayLocal() {
        judgement = new Away("UNAVAILABLE");

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(route.tier()).isEmpty();
        assertThat(route.rejected()).allMatch(one -> one.reasons().getFirst().kind() == Kind.CLASSIFIER_DOWN);
    }

    @Test
    void withoutTextTheOperatorsLevelCounts() {
        judgement = new NoText();

        assertThat(route().mayLeave()).isTrue();
        assertThat(route().sensitivity()).isEqualTo(Sensitivity.INTERNAL);
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
        preference = RoutingPreference.NONE.at(Placement.CLOUD_ONLY);
        assertThat(refusal().reason()).isEqualTo(Reason.FIELD_INVALID);

        model = "gpt-4.1";
        preference = RoutingPreference.NONE.at(Placement.LOCAL_ONLY);
        assertThat(refusal().metadata()).containsEntry("field", "preference.placement");
    }

    @Test
    void preferLocalPutsLocalFirstForHardPrompts() {
        judgement = judged(0.8, Sensitivity.PUBLIC);
        preference = RoutingPreference.NONE.at(Placement.PREFER_LOCAL);

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
    void anUnknownModelIsRefusedWithTheNearestNames() {
        model = "gpt-4.2";

        TurnFault refusal = refusal();

        assertThat(refusal.reason()).isEqualTo(Reason.MODEL_UNKNOWN);
        assertThat(refusal.metadata()).containsEntry("model", "gpt-4.2");
        assertThat(refusal.metadata().get("nearest")).contains("gpt-4.1");
    }

    @Test
    void aModelIsNotCalledUnknownBeforeEveryBackendHasTold() {
        model = "other";
        complete = false;

        assertThat(refusal().reason()).isEqualTo(Reason.PEER_UNAVAILABLE);
    }

    @Test
    void anUnavailableModelIsLeftOutWithItsReason() {
        models.replaceAll(
                entry -> entry.target() == Target.CLOUD ? unavailable(entry, "no key: set HOLYSHEEP_API_KEY") : entry);
        judgement = judged(0.8, Sensitivity.PUBLIC);

        Route route = route();

        assertThat(names(route)).containsExactly(STARTER);
        assertThat(route.rejected().getFirst().reasons().getFirst().text()).isEqualTo("no key: set HOLYSHEEP_API_KEY");
    }

    @Test
    void whenNothingIsAvailableEachReasonIsTold() {
        models.replaceAll(entry -> unavailable(entry, "engine down"));

        TurnFault refusal = refusal();

        assertThat(refusal.reason()).isEqualTo(Reason.NO_BACKEND_ANSWERED);
        assertThat(refusal.getMessage()).contains("local millrace-starter: engine down", "cloud deepseek-v3.2");
    }

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
    void aModelThatLacksACapabilityIsLeftOut() {
        tools = List.of(Tool.newBuilder().setName("weather").build());
        assertThat(plan()).containsExactly("deepseek-v3.2");

        model = "local";
        assertThat(refusal().reason()).isEqualTo(Reason.CAPABILITY_UNSUPPORTED);
        assertThat(refusal().metadata()).containsEntry("capability", "tools");
    }

    @Test
    void aPromptThatFitsNoWindowIsRefused() {
        judgement = judged(0.1, Sensitivity.PUBLIC, 9_000);

        assertThat(plan()).containsExactly("deepseek-v3.2");
        model = "local";
        assertThat(refusal().reason()).isEqualTo(Reason.CONTEXT_TOO_LONG);
        assertThat(refusal().metadata()).containsEntry("input_tokens", "9000").containsEntry("context_length", "4096");
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

    @Test
    void theSameQuestionGivesTheSameRoute() {
        assertThat(route()).isEqualTo(route());
    }

    private List<String> plan() {
        return names(route());
    }

    private TurnFault refusal() {
        return route().refusal().orElseThrow();
    }

    private Route route() {
        return new Router(policy)
                .route(new Question(request(), judgement, models, unreached, complete, pricesKnown, seen, budgetShare));
    }

    private static List<String> names(Route route) {
        return route.plan().stream().map(planned -> planned.candidate().model()).toList();
    }

    private static String text(Route route, int place) {
        return route.plan().get(place).candidate().reasons().getFirst().text();
    }

    private TurnRequest request() {
        Message message = Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addParts(ContentPart.newBuilder().setText("hello"))
                .build();
        return TurnRequests.of(List.of(message))
                .model(model)
                .preference(preference)
                .tools(tools)
                .build();
    }

    private static RoutingPreference goal(Goal goal) {
        return new RoutingPreference(goal, Placement.ANY, OptionalLong.empty(), Optional.empty(), false);
    }

    private static Judged judged(double score, Sensitivity sensitivity) {
        return judged(score, sensitivity, 14);
    }

    private static Judged judged(double score, Sensitivity sensitivity, long tokens) {
        List<Verdict.Finding> findings = sensitivity == Sensitivity.SENSITIVE
                ? List.of(new Verdict.Finding("payment_card", "luhn_16", 1, sensitivity))
                : List.of();
        return new Judged(new Verdict(
                score, 0.8, "any", "QUESTION", "en", tokens, sensitivity, findings, List.of(), "test", false));
    }

    private static Entry local(String id) {
        return entry(id, Target.LOCAL, Optional.empty(), 4096, Set.of(Capability.CHAT));
    }

    private static Entry cloud(String id, @Nullable Price price) {
        return entry(id, Target.CLOUD, Optional.ofNullable(price), 128_000, Set.of(Capability.CHAT, Capability.TOOLS));
    }

    private static Entry entry(
            String id, Target target, Optional<Price> price, long window, Set<Capability> capabilities) {
        return new Entry(
                id,
                target,
                "engine",
                List.of(),
                OptionalLong.of(window),
                OptionalLong.empty(),
                capabilities,
                false,
                State.LOADED,
                "",
                price,
                Instant.EPOCH);
    }

    private static Entry unavailable(Entry entry, String why) {
        return new Entry(
                entry.id(),
                entry.target(),
                entry.engine(),
                entry.aliases(),
                entry.contextLength(),
                entry.maxOutputTokens(),
                entry.capabilities(),
                entry.seedExact(),
                State.UNAVAILABLE,
                why,
                entry.price(),
                entry.since());
    }

    private Policy withLocalLimits(Map<String, Tier> limits) {
        return changed(limits, policy.cloudModel(), policy.leaveUpTo());
    }

    private Policy withCloudModel(String name) {
        return changed(policy.localLimits(), Optional.of(name), policy.leaveUpTo());
    }

    private Policy leavingUpTo(Sensitivity sensitivity) {
        return changed(policy.localLimits(), policy.cloudModel(), sensitivity);
    }

    private Policy changed(Map<String, Tier> limits, Optional<String> cloudModel, Sensitivity leaveUpTo) {
        return new Policy(
                policy.version(),
                policy.cutoffs(),
                policy.tiers(),
                policy.localLimit(),
                limits,
                policy.aliases(),
                policy.fallbacks(),
                cloudModel,
                policy.leaveWithoutVerdict(),
                policy.unscanned(),
                leaveUpTo);
    }

    /** Observations by hand. */
    private static final class Seen implements Observations {
        private final Map<String, Duration> medians = new HashMap<>();
        private final Set<String> full = new HashSet<>();

        @Override
        public Optional<Duration> firstTokenMedian(Target target, String model) {
            return Optional.ofNullable(medians.get(model));
        }

        @Override
        public Optional<Duration> firstTokenP95(Target target, String model) {
            return Optional.empty();
        }

        @Override
        public void sawFirstToken(Target target, String model, Duration took) {
            medians.put(model, took);
        }

        @Override
        public void sawLate(Target target, String model, Duration waited) {
            medians.put(model, waited);
        }

        @Override
        public void sawFull(Target target, String model) {
            full.add(model);
        }

        @Override
        public boolean isFull(Target target, String model) {
            return full.contains(model);
        }
    }
}

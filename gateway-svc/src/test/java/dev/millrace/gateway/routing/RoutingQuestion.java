package dev.millrace.gateway.routing;

import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.Price;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Catalogue.Unreached;
import dev.millrace.gateway.Observations;
import dev.millrace.gateway.PromptJudge.Judged;
import dev.millrace.gateway.PromptJudge.Judgement;
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

/** A house with a local model and four in the cloud, one question to its router, and what a test changes of both. */
abstract class RoutingQuestion {

    static final String STARTER = "millrace-starter";
    static final Price CHEAP = new Price("p", 140_000_000L, 420_000_000L, "test", Instant.EPOCH);
    static final Price DEAR = new Price("p", 3_000_000_000L, 15_000_000_000L, "test", Instant.EPOCH);

    static final Unreached OLLAMA = new Unreached(
            Target.LOCAL, "ollama", "http://127.0.0.1:11434", "ollama does not answer (connection refused): start it");

    final Seen seen = new Seen();
    final List<Entry> models = new ArrayList<>(List.of(
            local(STARTER),
            cloud("deepseek-v3.2", CHEAP),
            cloud("gemini-2.5-flash", CHEAP),
            cloud("claude-sonnet-4.5", DEAR),
            cloud("gpt-4.1", DEAR)));
    Policy policy = GatewayFixture.policy();
    Judgement judgement = judged(0.1, Sensitivity.PUBLIC);
    RoutingPreference preference = RoutingPreference.NONE;
    String model = "auto";
    List<Tool> tools = List.of();
    boolean pricesKnown = true;
    boolean complete = true;
    double budgetShare;
    List<Unreached> unreached = List.of();

    List<String> plan() {
        return names(route());
    }

    TurnFault refusal() {
        return route().refusal().orElseThrow();
    }

    Route route() {
        return new Router(policy)
                .route(new Question(request(), judgement, models, unreached, complete, pricesKnown, seen, budgetShare));
    }

    static List<String> names(Route route) {
        return route.plan().stream().map(planned -> planned.candidate().model()).toList();
    }

    static String text(Route route, int place) {
        return route.plan().get(place).candidate().reasons().getFirst().text();
    }

    TurnRequest request() {
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

    static RoutingPreference goal(Goal goal) {
        return new RoutingPreference(goal, Placement.ANY, OptionalLong.empty(), Optional.empty(), false);
    }

    static RoutingPreference at(Placement placement) {
        return new RoutingPreference(Goal.BALANCED, placement, OptionalLong.empty(), Optional.empty(), false);
    }

    static Judged judged(double score, Sensitivity sensitivity) {
        return judged(score, sensitivity, 14);
    }

    static Judged judged(double score, Sensitivity sensitivity, long tokens) {
        List<Verdict.Finding> findings = sensitivity == Sensitivity.SENSITIVE
                ? List.of(new Verdict.Finding("payment_card", "luhn_16", 1, sensitivity))
                : List.of();
        return new Judged(new Verdict(
                score, 0.8, "any", "QUESTION", "en", tokens, sensitivity, findings, List.of(), "test", false));
    }

    static Entry local(String id) {
        return entry(id, Target.LOCAL, Optional.empty(), 4096, Set.of(Capability.CHAT));
    }

    static Entry cloud(String id, @Nullable Price price) {
        return entry(id, Target.CLOUD, Optional.ofNullable(price), 128_000, Set.of(Capability.CHAT, Capability.TOOLS));
    }

    static Entry entry(String id, Target target, Optional<Price> price, long window, Set<Capability> capabilities) {
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

    static Entry unavailable(Entry entry, String why) {
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

    Policy withLocalLimits(Map<String, Tier> limits) {
        return changed(limits, policy.cloudModel(), policy.leaveUpTo());
    }

    Policy withCloudModel(String name) {
        return changed(policy.localLimits(), Optional.of(name), policy.leaveUpTo());
    }

    Policy leavingUpTo(Sensitivity sensitivity) {
        return changed(policy.localLimits(), policy.cloudModel(), sensitivity);
    }

    Policy changed(Map<String, Tier> limits, Optional<String> cloudModel, Sensitivity leaveUpTo) {
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
    static final class Seen implements Observations {
        final Map<String, Duration> medians = new HashMap<>();
        final Set<String> full = new HashSet<>();

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

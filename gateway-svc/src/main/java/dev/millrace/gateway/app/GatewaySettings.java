package dev.millrace.gateway.app;

import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.gateway.flow.FlowLimits;
import dev.millrace.gateway.flow.Settlements;
import dev.millrace.gateway.routing.Policy;
import dev.millrace.gateway.routing.Policy.TierPolicy;
import dev.millrace.rpc.ConnectionLimits;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.DataSize;
import dev.millrace.runtime.Durations;
import dev.millrace.runtime.Mistakes;
import io.micronaut.context.env.Environment;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads the keys {@code gateway.*} into the records of the features; a missing or wrong value stops the start by its name. */
@Singleton
final class GatewaySettings {

    private static final String PREFIX = "gateway.";
    /** What one kind of work may take of the heap: the rest of the process needs some as well. */
    private static final int HEAP_PERCENT_MAX = 80;

    private final Environment properties;

    GatewaySettings(Environment properties) {
        this.properties = properties;
    }

    /** A part of the heap, but room for one prompt of the largest size at least. */
    PromptRoom promptRoom() {
        long part = heapPart("limits.prompts-heap-percent");
        long largest = DataSize.parse(text("limits.request-size-max")).bytes();
        return new PromptRoom(Math.max(part, largest));
    }

    FlowLimits limits() {
        return new FlowLimits(
                DataSize.parse(text("limits.request-size-max")).bytes(),
                atLeastOne("limits.attempts-max"),
                span("limits.classify-slice"),
                span("limits.classify-slice-per-mebibyte"),
                span("limits.reserve-slice"),
                span("limits.cold-slice"),
                integer("limits.cold-calls"),
                span("limits.settle-wait"),
                span("limits.settle-within"),
                span("limits.first-token-max"),
                span("limits.suspended-max"),
                span("limits.beat-silence-max"),
                span("limits.token-silence-max"),
                heapPart("limits.answers-heap-percent"));
    }

    ConnectionLimits connectionLimits() {
        return new ConnectionLimits(
                atLeastOne("grpc.connections-max"),
                span("grpc.header-limit"),
                span("grpc.connection-idle-max"),
                span("grpc.connection-age-max"),
                span("grpc.connection-age-grace"));
    }

    /** @throws ConfigurationFault with every limit that would let nothing run */
    void requireLimits() {
        Mistakes mistakes = new Mistakes();
        mistakes.check(this::limits);
        mistakes.check(this::turnsMax);
        mistakes.check(this::promptRoom);
        mistakes.throwAny();
    }

    int turnsMax() {
        return atLeastOne("limits.turns-max");
    }

    Settlements.Bounds outbox() {
        return new Settlements.Bounds(
                integer("outbox.rows-max"),
                span("outbox.keep-for"),
                span("outbox.retry-every"),
                span("limits.settle-within"));
    }

    /** @throws ConfigurationFault with every mistake that is in it */
    Policy policy() {
        Mistakes mistakes = new Mistakes();
        mistakes.check(this::cutoffs);
        mistakes.check(this::tiers);
        mistakes.check(this::localLimit);
        mistakes.check(this::localLimits);
        mistakes.check(this::aliases);
        mistakes.check(this::fallbacks);
        mistakes.check(this::unscanned);
        mistakes.check(this::leaveUpTo);
        mistakes.throwAny();
        return new Policy(
                text("policy.version"),
                cutoffs(),
                tiers(),
                localLimit(),
                localLimits(),
                aliases(),
                fallbacks(),
                cloudModel(),
                Boolean.parseBoolean(text("policy.leave-without-verdict")),
                unscanned(),
                leaveUpTo());
    }

    private Cutoffs cutoffs() {
        Cutoffs cutoffs = new Cutoffs(
                text("policy.version"),
                decimal("policy.cutoffs.moderate"),
                decimal("policy.cutoffs.complex"),
                decimal("policy.cutoffs.premium"));
        Policy.requireRising(cutoffs);
        return cutoffs;
    }

    private Map<Tier, TierPolicy> tiers() {
        Map<Tier, TierPolicy> tiers = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            String key = "policy.tiers." + tier.label() + ".";
            tiers.put(tier, new TierPolicy(list(key + "cloud-models"), span(key + "first-token-target")));
        }
        return tiers;
    }

    private Tier localLimit() {
        return constant(Tier.class, "policy.local-limit");
    }

    private Map<String, Tier> localLimits() {
        return pairs("policy.local-limits", (key, tier) -> constant(Tier.class, key, tier));
    }

    private Map<String, String> aliases() {
        return pairs("policy.aliases", (key, model) -> model);
    }

    private Map<String, List<String>> fallbacks() {
        return pairs("policy.fallbacks", (key, others) -> words(others));
    }

    private Sensitivity unscanned() {
        return constant(Sensitivity.class, "policy.unscanned");
    }

    /** The relay refuses what is sensitive, whatever a policy says: such a key would promise what nothing keeps. */
    private Sensitivity leaveUpTo() {
        Sensitivity level = constant(Sensitivity.class, "policy.leave-up-to");
        if (level == Sensitivity.SENSITIVE) {
            throw new IllegalArgumentException(
                    PREFIX + "policy.leave-up-to: \"sensitive\" (expected: public or internal): the relay lets no text"
                            + " leave that was judged sensitive");
        }
        return level;
    }

    Optional<String> cloudModel() {
        return Optional.of(text("policy.cloud-model")).filter(name -> !name.isBlank());
    }

    /** Whether a peer lives in this process. */
    boolean isInProcess(String peerKey) {
        return text(peerKey).startsWith("inprocess:");
    }

    /** A list of {@code name=value}, so that names may hold dots; each value is read with the key of its item. */
    private <T> Map<String, T> pairs(String key, BiFunction<String, String, T> meaning) {
        Map<String, T> pairs = new HashMap<>();
        Mistakes mistakes = new Mistakes();
        List<String> all = list(key);
        for (int i = 0; i < all.size(); i++) {
            String item = key + "[" + i + "]";
            String text = all.get(i);
            mistakes.check(() -> {
                String[] parts = text.split("=", 2);
                if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                    throw new IllegalArgumentException(PREFIX + item + ": \"" + text + "\" (expected: name=value)");
                }
                pairs.put(parts[0].strip(), meaning.apply(item, parts[1].strip()));
            });
        }
        mistakes.throwAny();
        return pairs;
    }

    List<String> list(String key) {
        return properties
                .getProperty(PREFIX + key, Argument.listOf(String.class))
                .orElse(List.of());
    }

    static List<String> words(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    String text(String key) {
        return properties.getProperty(PREFIX + key, String.class).orElseThrow(() -> missing(key));
    }

    int integer(String key) {
        return properties.getProperty(PREFIX + key, Integer.class).orElseThrow(() -> missing(key));
    }

    private int atLeastOne(String key) {
        int value = integer(key);
        if (value < 1) {
            throw new ConfigurationFault(List.of(PREFIX + key + ": " + value + " (expected: >= 1)"));
        }
        return value;
    }

    /** Bytes of the largest heap that this process may have. */
    private long heapPart(String key) {
        int percent = integer(key);
        if (percent < 1 || percent > HEAP_PERCENT_MAX) {
            throw new ConfigurationFault(
                    List.of(PREFIX + key + ": " + percent + " (expected: 1 to " + HEAP_PERCENT_MAX + ")"));
        }
        return Runtime.getRuntime().maxMemory() / 100 * percent;
    }

    private double decimal(String key) {
        return properties.getProperty(PREFIX + key, Double.class).orElseThrow(() -> missing(key));
    }

    Duration span(String key) {
        return Durations.parse(text(key));
    }

    private <E extends Enum<E>> E constant(Class<E> type, String key) {
        return constant(type, key, text(key));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String key, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(PREFIX + key + ": \"" + name + "\" (expected: one of "
                        + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT) + ")"));
    }

    private static IllegalArgumentException missing(String key) {
        return new IllegalArgumentException(PREFIX + key + " (missing)");
    }
}

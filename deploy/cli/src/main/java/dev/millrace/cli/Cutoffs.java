package dev.millrace.cli;

import com.google.gson.JsonObject;
import dev.millrace.schema.gateway.v1.TierCutoffs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.zip.CRC32;

/**
 * The scores at which tiers begin.
 *
 * @param version stands in every decision that they make
 */
record Cutoffs(String version, double moderate, double complex, double premium) {

    /** The tiers in rising order. */
    static final List<String> TIERS = List.of("trivial", "moderate", "complex", "premium");

    private static final double LEAST = 0.0001;
    private static final int PLACES = 10_000;

    static Cutoffs of(TierCutoffs wire) {
        return new Cutoffs(wire.getVersion(), wire.getModerate(), wire.getComplex(), wire.getPremium());
    }

    /** Cut-offs of three scores, rounded, brought into rising order, and named after the day and themselves. */
    static Cutoffs proposed(double moderate, double complex, double premium, Instant now) {
        double third = rounded(premium);
        double second = Math.min(rounded(complex), third);
        double first = Math.min(rounded(moderate), second);
        CRC32 sum = new CRC32();
        sum.update((first + " " + second + " " + third).getBytes(StandardCharsets.UTF_8));
        String day = DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).format(now.atOffset(ZoneOffset.UTC));
        String version = String.format(Locale.ROOT, "calibrated-%s-%04x", day, sum.getValue() & 0xffff);
        return new Cutoffs(version, first, second, third);
    }

    /** The same, each at most so far from those in force. */
    Cutoffs within(double step, Cutoffs inForce, Instant now) {
        return proposed(
                near(moderate, inForce.moderate, step),
                near(complex, inForce.complex, step),
                near(premium, inForce.premium, step),
                now);
    }

    /** As a person reads them, with as many places as they need. */
    String text() {
        DoubleFunction<String> scores = Units.scores(moderate, complex, premium);
        return "policy " + version + ": moderate from " + scores.apply(moderate) + ", complex from "
                + scores.apply(complex) + ", premium from " + scores.apply(premium);
    }

    /** Refuses scores that no gateway starts with, as misuse. */
    void requireRising() {
        if (!(moderate > 0 && moderate <= complex && complex <= premium && premium <= 1)) {
            throw new CommandFault(
                    ExitCodes.USAGE,
                    String.format(
                            Locale.ROOT,
                            "tiers cannot begin at %s (moderate), %s (complex), %s (premium): expected scores that rise,"
                                    + " above 0 and up to 1. What is not given is as in force; see: millrace policy",
                            moderate,
                            complex,
                            premium));
        }
    }

    /** The tier of a score. */
    String tierOf(double score) {
        int tier = (score >= moderate ? 1 : 0) + (score >= complex ? 1 : 0) + (score >= premium ? 1 : 0);
        return TIERS.get(tier);
    }

    /** As the contract has it. */
    JsonObject json() {
        JsonObject fields = new JsonObject();
        fields.addProperty("version", version);
        fields.addProperty("moderate", moderate);
        fields.addProperty("complex", complex);
        fields.addProperty("premium", premium);
        return fields;
    }

    private static double near(double wanted, double from, double step) {
        return Math.clamp(wanted, from - step, from + step);
    }

    private static double rounded(double score) {
        return Math.clamp(Math.floor(score * PLACES) / PLACES, LEAST, 1);
    }
}

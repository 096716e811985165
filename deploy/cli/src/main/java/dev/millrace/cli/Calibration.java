package dev.millrace.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a calibration found, in words and for programs.
 *
 * @param curve of the labels; empty where settled decisions were used
 * @param strong whose answers the curve's cost is of; empty where no price is known
 * @param replay what the proposal would have changed
 */
record Calibration(
        Optional<QualityCurve> curve, Optional<Answers> strong, Cutoffs inForce, Cutoffs proposed, Replay replay) {
    private static final int CURVE_STEPS = 10;
    private static final double NANOS = 1e9;
    /** The least amount that the curve's column can show. */
    private static final double USD_MIN = 0.0001;

    String text(String since) {
        String basis = curve.map(known -> text(known) + "\n\n")
                .orElseGet(() -> replay.decisions() + " settled decisions since " + since + "\n");
        return basis + comparison() + "\n\n" + replay.text(since);
    }

    /** @param written the file that has the proposal now */
    JsonObject json(Optional<Path> written) {
        JsonObject all = new JsonObject();
        curve.ifPresent(known -> {
            all.addProperty("labels", known.prompts());
            strong.ifPresent(answers -> {
                all.addProperty("strongModel", answers.model());
                all.addProperty("answerTokens", answers.tokens());
            });
            all.add("curve", json(known));
        });
        all.add("inForce", inForce.json());
        all.add("proposed", proposed.json());
        all.add("replay", replay.json());
        written.ifPresent(file -> all.addProperty("writtenTo", file.toString()));
        return all;
    }

    private JsonArray json(QualityCurve known) {
        JsonArray points = new JsonArray();
        for (QualityCurve.Point point : known.points(CURVE_STEPS)) {
            JsonObject row = new JsonObject();
            row.addProperty("share", point.share());
            if (point.share() > 0) {
                row.addProperty("fromScore", point.fromScore());
            }
            row.addProperty("quality", point.quality());
            row.addProperty("recovered", point.recovered());
            if (strong.isPresent()) {
                // As the contract writes amounts: 64-bit numbers are strings.
                row.addProperty("nanoUsdPerThousand", Long.toString(Math.round(point.usdPerThousand() * NANOS)));
            }
            points.add(row);
        }
        return points;
    }

    private String text(QualityCurve known) {
        Table table = new Table(0, 1, 2, 3, 4);
        table.row("SHARE", "FROM SCORE", "QUALITY", "RECOVERED", strong.isPresent() ? "USD A 1000" : "");
        for (QualityCurve.Point point : known.points(CURVE_STEPS)) {
            table.row(
                    String.format(Locale.ROOT, "%.0f %%", 100 * point.share()),
                    point.share() == 0 ? "-" : score(point.fromScore()),
                    String.format(Locale.ROOT, "%.3f", point.quality()),
                    String.format(Locale.ROOT, "%.0f %%", 100 * point.recovered()),
                    strong.isPresent() ? usd(point.usdPerThousand()) : "");
        }
        return known.prompts() + " labels; share of prompts to the stronger model:\n" + table.render() + "\n"
                + costOf();
    }

    private String costOf() {
        return strong.map(answers -> "cost: answers of " + answers.tokens() + " tokens by " + answers.model()
                        + " (--answer-tokens, --strong-model)")
                .orElse("cost: unknown, no cloud model has a price here; millrace price set MODEL gives it one");
    }

    private static String usd(double amount) {
        return amount > 0 && amount < USD_MIN ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", amount);
    }

    private String comparison() {
        return new Table(1, 2)
                .row("TIER", "FROM, NOW", "FROM, PROPOSED")
                .row("moderate", score(inForce.moderate()), score(proposed.moderate()))
                .row("complex", score(inForce.complex()), score(proposed.complex()))
                .row("premium", score(inForce.premium()), score(proposed.premium()))
                .row("version", inForce.version(), proposed.version())
                .render();
    }

    private static String score(double score) {
        return String.format(Locale.ROOT, "%.4f", score);
    }

    /**
     * Answers of the stronger model.
     *
     * @param tokens of each
     */
    record Answers(String model, int tokens) {}
}

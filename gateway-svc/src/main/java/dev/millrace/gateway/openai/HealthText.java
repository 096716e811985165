package dev.millrace.gateway.openai;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Standing;
import java.util.List;

/**
 * Whether the gateway lives and can answer prompts, and how its backends do, as one look at the catalogue found it.
 *
 * @param usable the models that prompts can go to
 * @param standings what each backend was last heard of; empty where nobody counts
 */
public record HealthText(long usable, List<Standing> standings) {

    public HealthText {
        standings = List.copyOf(standings);
    }

    /** Looks once. */
    public static HealthText of(Catalogue catalogue) {
        long usable = catalogue.listed().stream()
                .filter(model -> model.state() != Catalogue.State.UNAVAILABLE)
                .count();
        return new HealthText(usable, catalogue.standings());
    }

    /** True where at least one model can be used. */
    public boolean ready() {
        return usable > 0;
    }

    /** All of it, as JSON. */
    public byte[] json() {
        JsonOut out = new JsonOut(256).object().field("status", status());
        out.key("live").raw("true");
        out.key("ready").raw(Boolean.toString(ready()));
        out.field("models_usable", usable);
        if (!standings.isEmpty()) {
            out.key("backends").array();
            standings.forEach(standing -> backend(out, standing));
            out.endArray();
        }
        return out.endObject().toBytes();
    }

    private String status() {
        if (!ready()) {
            return "no_model";
        }
        return standings.stream().allMatch(Standing::answers) ? "ok" : "degraded";
    }

    private static void backend(JsonOut out, Standing standing) {
        out.object().field("backend", standing.target().label());
        out.field("status", word(standing.presence()));
        if (!standing.answers()) {
            standing.told().ifPresent(age -> out.field("stale_seconds", age.toSeconds()));
            out.field("reason", standing.reason());
        }
        out.endObject();
    }

    private static String word(Standing.Presence presence) {
        return switch (presence) {
            case ANSWERS -> "ok";
            case MISSED -> "missed";
            case AWAY -> "away";
        };
    }
}

package dev.millrace.gateway.openai;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Standing;
import java.util.List;

/** Writes whether the gateway lives and can answer prompts, and how its backends do. */
public final class HealthText {

    private HealthText() {}

    /** True where at least one model can be used. */
    public static boolean ready(Catalogue catalogue) {
        return usable(catalogue) > 0;
    }

    private static long usable(Catalogue catalogue) {
        return catalogue.listed().stream()
                .filter(model -> model.state() != Catalogue.State.UNAVAILABLE)
                .count();
    }

    /** Both, with the number of usable models and what each backend was last heard of. */
    public static byte[] json(Catalogue catalogue) {
        long usable = usable(catalogue);
        List<Standing> standings = catalogue.standings();
        JsonOut out = new JsonOut(256).object().field("status", status(usable > 0, standings));
        out.key("live").raw("true");
        out.key("ready").raw(Boolean.toString(usable > 0));
        out.field("models_usable", usable);
        if (!standings.isEmpty()) {
            out.key("backends").array();
            standings.forEach(standing -> backend(out, standing));
            out.endArray();
        }
        return out.endObject().toBytes();
    }

    private static String status(boolean ready, List<Standing> standings) {
        if (!ready) {
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

package dev.millrace.gateway.openai;

import dev.millrace.gateway.Catalogue;
import java.util.List;

/** Writes whether the gateway lives and can answer prompts. */
public final class HealthText {

    private HealthText() {}

    /** True where at least one model can be used. */
    public static boolean ready(List<Catalogue.Entry> models) {
        return models.stream().anyMatch(model -> model.state() != Catalogue.State.UNAVAILABLE);
    }

    /** Both, with the number of usable models. */
    public static byte[] json(List<Catalogue.Entry> models) {
        boolean ready = ready(models);
        long usable = models.stream()
                .filter(model -> model.state() != Catalogue.State.UNAVAILABLE)
                .count();
        JsonOut out = new JsonOut(128).object().field("status", ready ? "ok" : "no_model");
        out.key("live").raw("true");
        out.key("ready").raw(Boolean.toString(ready));
        out.field("models_usable", usable);
        return out.endObject().toBytes();
    }
}

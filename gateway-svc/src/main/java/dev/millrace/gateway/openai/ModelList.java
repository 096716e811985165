package dev.millrace.gateway.openai;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Standing;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the catalogue as OpenAI's list of models: the router's names first, then every model with what is known of it. */
public final class ModelList {
    private static final List<String> ROUTED = List.of("auto", "local", "cloud");
    private static final int NANO_PER_MILLION_DIGITS = 15;

    private ModelList() {}

    /** The whole list. */
    public static byte[] all(Catalogue catalogue) {
        JsonOut out = new JsonOut(4096).object().field("object", "list");
        out.key("data").array();
        ROUTED.forEach(name -> routed(out, name));
        List<Standing> standings = catalogue.standings();
        catalogue.listed().forEach(model -> model(out, model, model.id(), standings));
        return out.endArray().endObject().toBytes();
    }

    /** One model by its id or an alias; empty: no such model. */
    public static Optional<byte[]> one(Catalogue catalogue, String id) {
        List<Catalogue.Entry> models = catalogue.listed();
        JsonOut out = new JsonOut(512);
        if (ROUTED.contains(id)) {
            routed(out, id);
            return Optional.of(out.toBytes());
        }
        return models.stream()
                .filter(model -> model.id().equals(id))
                .findFirst()
                .or(() -> models.stream()
                        .filter(model -> model.aliases().contains(id))
                        .findFirst())
                .map(model -> {
                    model(out, model, id, catalogue.standings());
                    return out.toBytes();
                });
    }

    private static void routed(JsonOut out, String name) {
        out.object().field("id", name).field("object", "model");
        out.field("created", 0).field("owned_by", "millrace");
        out.field("location", name.equals("auto") ? "any" : name).endObject();
    }

    private static void model(JsonOut out, Catalogue.Entry model, String id, List<Standing> standings) {
        out.object().field("id", id).field("object", "model");
        out.field("created", model.since().getEpochSecond()).field("owned_by", model.engine());
        out.field("location", model.target().label());
        out.field("state", lower(model.state()));
        if (!model.stateDetail().isEmpty()) {
            out.field("state_detail", model.stateDetail());
        }
        standings.stream()
                .filter(standing -> standing.target() == model.target() && !standing.answers())
                .flatMap(standing -> standing.told().stream())
                .forEach(age -> out.field("stale_seconds", age.toSeconds()));
        model.contextLength().ifPresent(tokens -> out.field("context_length", tokens));
        model.maxOutputTokens().ifPresent(tokens -> out.field("max_output_tokens", tokens));
        names(out, "aliases", model.aliases());
        names(
                out,
                "capabilities",
                model.capabilities().stream().map(ModelList::lower).sorted().toList());
        model.price().ifPresent(price -> price(out, price));
        out.endObject();
    }

    /** US dollars a token as decimal text, as routers elsewhere tell it. */
    private static void price(JsonOut out, Catalogue.Price price) {
        out.key("pricing").object();
        out.field("prompt", perToken(price.inputNanoUsdPerMillion()));
        out.field("completion", perToken(price.outputNanoUsdPerMillion()));
        out.field("source", price.source()).endObject();
    }

    private static String perToken(long nanoUsdPerMillion) {
        java.math.BigDecimal usd = java.math.BigDecimal.valueOf(nanoUsdPerMillion, NANO_PER_MILLION_DIGITS);
        return usd.signum() == 0 ? "0" : usd.stripTrailingZeros().toPlainString();
    }

    private static void names(JsonOut out, String key, List<String> names) {
        out.key(key).array();
        names.forEach(out::string);
        out.endArray();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

package dev.millrace.gateway.grpc;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.Standing;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.TurnFault;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.gateway.v1.BackendPresence;
import dev.millrace.schema.gateway.v1.ListModelsRequest;
import dev.millrace.schema.gateway.v1.ListModelsResponse;
import dev.millrace.schema.gateway.v1.ModelEntry;
import dev.millrace.schema.gateway.v1.ModelPrice;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.SeedSupport;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the catalogue page by page; the token is the place of the next entry. */
final class ModelPages {

    private static final int PAGE_DEFAULT = 100;
    private static final int PAGE_MAX = 1000;

    private ModelPages() {}

    static ListModelsResponse page(ListModelsRequest request, Catalogue catalogue) {
        List<Catalogue.Entry> models = catalogue.listed();
        int size = request.getPageSize() == 0 ? PAGE_DEFAULT : request.getPageSize();
        if (size < 1 || size > PAGE_MAX) {
            throw invalid("page_size", Integer.toString(size), "1 to " + PAGE_MAX);
        }
        String token = request.getPageToken();
        if (!token.matches("[0-9]{0,6}")) {
            throw invalid("page_token", token, "one that was returned");
        }
        int from = token.isEmpty() ? 0 : Math.min(Integer.parseInt(token), models.size());
        int to = Math.min(models.size(), from + size);
        return ListModelsResponse.newBuilder()
                .addAllModels(
                        models.subList(from, to).stream().map(ModelPages::entry).toList())
                .setNextPageToken(to < models.size() ? Integer.toString(to) : "")
                .addAllBackends(
                        from == 0
                                ? catalogue.standings().stream()
                                        .map(ModelPages::presence)
                                        .toList()
                                : List.of())
                .addAllUnreachedEngines(
                        from == 0
                                ? catalogue.unreached().stream()
                                        .filter(engine -> engine.target() == Target.LOCAL)
                                        .map(ModelPages::unreached)
                                        .toList()
                                : List.of())
                .build();
    }

    private static UnreachedEngine unreached(Catalogue.Unreached engine) {
        return UnreachedEngine.newBuilder()
                .setEngine(engine.engine())
                .setAddress(engine.address())
                .setDetail(engine.detail())
                .build();
    }

    private static BackendPresence presence(Standing standing) {
        BackendPresence.Builder wire = BackendPresence.newBuilder()
                .setTarget(Decisions.target(standing.target()))
                .setAnswers(standing.answers())
                .setDetail(standing.reason());
        standing.told().ifPresent(age -> wire.setLastTold(WireTimes.toWire(age)));
        return wire.build();
    }

    private static TurnFault invalid(String field, String value, String expected) {
        return new TurnFault(
                Reason.FIELD_INVALID,
                field + ": " + value + " (expected: " + expected + ")",
                Map.of("field", field, "value", value, "expected", expected));
    }

    private static ModelEntry entry(Catalogue.Entry model) {
        ModelEntry.Builder wire = ModelEntry.newBuilder()
                .setModel(model(model))
                .setTarget(Decisions.target(model.target()))
                .addAllAliases(model.aliases());
        model.price()
                .ifPresent(price -> wire.setPrice(ModelPrice.newBuilder()
                        .setInputNanoUsdPerMillion(price.inputNanoUsdPerMillion())
                        .setOutputNanoUsdPerMillion(price.outputNanoUsdPerMillion())
                        .setSource(price.source())
                        .setValidFromTime(WireTimes.toWire(price.validFrom()))));
        return wire.build();
    }

    private static Model model(Catalogue.Entry model) {
        Model.Builder wire = Model.newBuilder()
                .setId(model.id())
                .setEngine(model.engine())
                .setCapabilities(capabilities(model.capabilities(), model.seedExact()))
                .setState(state(model.state()))
                .setStateDetail(model.stateDetail());
        model.contextLength().ifPresent(wire::setContextLength);
        model.maxOutputTokens().ifPresent(wire::setMaxOutputTokens);
        if (!model.since().equals(Instant.EPOCH)) {
            wire.setCreateTime(WireTimes.toWire(model.since()));
        }
        return wire.build();
    }

    private static ModelCapabilities capabilities(Set<Capability> known, boolean seedExact) {
        return ModelCapabilities.newBuilder()
                .setChat(known.contains(Capability.CHAT))
                .setTools(known.contains(Capability.TOOLS))
                .setImages(known.contains(Capability.IMAGES))
                .setJsonSchema(known.contains(Capability.JSON_SCHEMA))
                .setEmbeddings(known.contains(Capability.EMBEDDINGS))
                .setMultipleChoices(known.contains(Capability.MULTIPLE_CHOICES))
                .setLogprobs(known.contains(Capability.LOGPROBS))
                .setSeed(seedExact ? SeedSupport.SEED_SUPPORT_EXACT : SeedSupport.SEED_SUPPORT_BEST_EFFORT)
                .build();
    }

    private static ModelState state(Catalogue.State state) {
        return switch (state) {
            case LOADED -> ModelState.MODEL_STATE_LOADED;
            case COLD -> ModelState.MODEL_STATE_COLD;
            case RESTING -> ModelState.MODEL_STATE_RESTING;
            case UNAVAILABLE -> ModelState.MODEL_STATE_UNAVAILABLE;
        };
    }
}

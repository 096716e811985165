package dev.millrace.gateway.peers;

import dev.millrace.gateway.Catalogue.Capability;
import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.Price;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Catalogue.Unreached;
import dev.millrace.gateway.Listings;
import dev.millrace.gateway.Target;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.ListPricesRequest;
import dev.millrace.schema.billing.v1.ListPricesResponse;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.SeedSupport;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the lists of backends and billing, page by page. */
public final class PeerListings implements Listings {

    private static final int PAGE_SIZE = 1000;
    private static final int PAGES_MAX = 10;

    private final Channel local;
    private final Channel cloud;
    private final Channel billing;
    private final NodeLists nodes;

    /** Where any instance of a backend speaks for all. The channels stay the caller's to close. */
    public PeerListings(Channel local, Channel cloud, Channel billing) {
        this(local, cloud, billing, List::of);
    }

    /** @param nodes the local nodes by the names under which sidecars know them, asked anew each time */
    public PeerListings(Channel local, Channel cloud, Channel billing, Supplier<List<String>> nodes) {
        this.local = local;
        this.cloud = cloud;
        this.billing = billing;
        this.nodes = new NodeLists(nodes);
    }

    @Override
    public Optional<Listing> models(Target target, Deadline deadline) {
        return target == Target.CLOUD
                ? list(target, InferenceServiceGrpc.newBlockingStub(cloud).withDeadline(deadline))
                : nodes.together(node -> list(target, toNode(node).withDeadline(deadline)));
    }

    private InferenceServiceGrpc.InferenceServiceBlockingStub toNode(Optional<String> node) {
        Metadata headers = new Metadata();
        node.ifPresent(name -> headers.put(MetadataKeys.INSTANCE, name));
        return InferenceServiceGrpc.newBlockingStub(local)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static Optional<Listing> list(Target target, InferenceServiceGrpc.InferenceServiceBlockingStub stub) {
        List<Entry> all = new ArrayList<>();
        List<Unreached> unreached = new ArrayList<>();
        String page = "";
        try {
            for (int i = 0; i < PAGES_MAX; i++) {
                ListModelsResponse response = stub.listModels(ListModelsRequest.newBuilder()
                        .setPageSize(PAGE_SIZE)
                        .setPageToken(page)
                        .build());
                response.getModelsList().forEach(model -> all.add(entry(model, target)));
                response.getUnreachedEnginesList()
                        .forEach(engine -> unreached.add(
                                new Unreached(target, engine.getEngine(), engine.getAddress(), engine.getDetail())));
                page = response.getNextPageToken();
                if (page.isEmpty()) {
                    break;
                }
            }
            return Optional.of(new Listing(all, unreached));
        } catch (StatusRuntimeException away) {
            return Optional.empty();
        }
    }

    private static Entry entry(Model model, Target target) {
        return new Entry(
                model.getId(),
                target,
                model.getEngine(),
                model.getAliasesList(),
                model.hasContextLength() ? OptionalLong.of(model.getContextLength()) : OptionalLong.empty(),
                model.hasMaxOutputTokens() ? OptionalLong.of(model.getMaxOutputTokens()) : OptionalLong.empty(),
                capabilities(model.getCapabilities()),
                model.getCapabilities().getSeed() == SeedSupport.SEED_SUPPORT_EXACT,
                state(model.getState()),
                model.getStateDetail(),
                Optional.empty(),
                WireTimes.fromWire(model.getCreateTime()));
    }

    private static Set<Capability> capabilities(ModelCapabilities wire) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        addIf(wire.getChat(), Capability.CHAT, capabilities);
        addIf(wire.getTools(), Capability.TOOLS, capabilities);
        addIf(wire.getImages(), Capability.IMAGES, capabilities);
        addIf(wire.getJsonSchema(), Capability.JSON_SCHEMA, capabilities);
        addIf(wire.getEmbeddings(), Capability.EMBEDDINGS, capabilities);
        addIf(wire.getMultipleChoices(), Capability.MULTIPLE_CHOICES, capabilities);
        addIf(wire.getLogprobs(), Capability.LOGPROBS, capabilities);
        return capabilities;
    }

    private static void addIf(boolean holds, Capability capability, Set<Capability> capabilities) {
        if (holds) {
            capabilities.add(capability);
        }
    }

    private static State state(ModelState wire) {
        return switch (wire) {
            case MODEL_STATE_LOADED -> State.LOADED;
            case MODEL_STATE_COLD, MODEL_STATE_UNSPECIFIED, UNRECOGNIZED -> State.COLD;
            case MODEL_STATE_RESTING -> State.RESTING;
            case MODEL_STATE_UNAVAILABLE -> State.UNAVAILABLE;
        };
    }

    @Override
    public Optional<Map<String, Price>> prices(Deadline deadline) {
        PriceServiceGrpc.PriceServiceBlockingStub stub =
                PriceServiceGrpc.newBlockingStub(billing).withDeadline(deadline);
        Map<String, Price> all = new HashMap<>();
        String page = "";
        try {
            for (int i = 0; i < PAGES_MAX; i++) {
                ListPricesResponse response = stub.listPrices(ListPricesRequest.newBuilder()
                        .setPageSize(PAGE_SIZE)
                        .setPageToken(page)
                        .build());
                response.getPricesList().forEach(price -> all.putIfAbsent(price.getModel(), price(price)));
                page = response.getNextPageToken();
                if (page.isEmpty()) {
                    break;
                }
            }
            return Optional.of(all);
        } catch (StatusRuntimeException away) {
            return Optional.empty();
        }
    }

    private static Price price(dev.millrace.schema.billing.v1.Price wire) {
        return new Price(
                wire.getVersion(),
                wire.getInputNanoUsdPerMillion(),
                wire.getOutputNanoUsdPerMillion(),
                wire.getSource(),
                WireTimes.fromWire(wire.getValidFromTime()));
    }
}

package dev.millrace.gateway.peers;

import dev.millrace.gateway.Catalogue.Entry;
import dev.millrace.gateway.Catalogue.State;
import dev.millrace.gateway.Catalogue.Unreached;
import dev.millrace.gateway.Listings.Listing;
import dev.millrace.gateway.Target;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.Deadlines;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the lists of several nodes behind one sidecar are worth together. */
final class PeerListingsTest {
    private static final String ONE = "local-inference-1";
    private static final String OTHER = "local-inference-2";
    private static final String DEAD = "openai at http://127.0.0.1:11434 does not answer: start it";

    private final Map<String, ListModelsResponse> nodes = new ConcurrentHashMap<>();
    private volatile List<String> named = List.of(ONE, OTHER);
    private final GrpcServer sidecar = GrpcServer.builder("fake")
            .listen("inprocess:///" + UUID.randomUUID())
            .innerDoor()
            .intercept(new Named())
            .service(new Sidecar())
            .start();
    private final ManagedChannel channel =
            Channels.open(sidecar.addresses().getFirst().toString());
    private final PeerListings listings = new PeerListings(channel, channel, channel, () -> named);

    @AfterEach
    void close() {
        channel.shutdownNow();
        sidecar.close();
    }

    /** The one whose engine is dead speaks for itself alone. */
    @Test
    void aModelCanBeUsedIfAnyNodeSaysSo() {
        nodes.put(ONE, told(unavailable("words"), loaded("starter")));
        nodes.put(OTHER, told(loaded("words"), loaded("starter")));

        assertThat(models()).extracting(Entry::id).containsExactly("words", "starter");
        assertThat(models()).extracting(Entry::state).containsOnly(State.LOADED);
    }

    @Test
    void aModelThatNoNodeCanUseIsToldWithItsReason() {
        nodes.put(ONE, told(unavailable("words")));
        nodes.put(OTHER, told(unavailable("words")));

        assertThat(models()).singleElement().satisfies(model -> {
            assertThat(model.state()).isEqualTo(State.UNAVAILABLE);
            assertThat(model.stateDetail()).isEqualTo(DEAD);
        });
    }

    @Test
    void namesEachModelAndEachDeadEngineOfNodesThatDifferOnce() {
        UnreachedEngine away = UnreachedEngine.newBuilder()
                .setEngine("ollama")
                .setAddress("http://127.0.0.1:11434")
                .setDetail("start it")
                .build();
        nodes.put(
                ONE, told(loaded("words")).toBuilder().addUnreachedEngines(away).build());
        nodes.put(
                OTHER,
                told(loaded("large"), loaded("words")).toBuilder()
                        .addUnreachedEngines(away)
                        .build());

        assertThat(models()).extracting(Entry::id).containsExactly("words", "large");
        assertThat(listing().orElseThrow().unreached())
                .containsExactly(new Unreached(Target.LOCAL, "ollama", "http://127.0.0.1:11434", "start it"));
    }

    @Test
    void aNodeThatDoesNotAnswerCountsWithWhatItLastTold() {
        nodes.put(ONE, told(loaded("words")));
        nodes.put(OTHER, told(loaded("large")));
        listing();

        nodes.remove(OTHER);

        assertThat(models()).extracting(Entry::id).containsExactly("words", "large");
    }

    @Test
    void aNodeThatNobodyNamesAnyMoreIsForgotten() {
        nodes.put(ONE, told(loaded("words")));
        nodes.put(OTHER, told(loaded("large")));
        listing();

        named = List.of(ONE);
        assertThat(models()).extracting(Entry::id).containsExactly("words");

        named = List.of(ONE, OTHER);
        nodes.remove(OTHER);
        assertThat(models()).extracting(Entry::id).containsExactly("words");
    }

    /** What was told before is the catalogue's to keep, which counts how often nobody answered. */
    @Test
    void saysSoWhereNoNodeAnswers() {
        nodes.put(ONE, told(loaded("words")));
        listing();

        nodes.clear();

        assertThat(listing()).isEmpty();
    }

    @Test
    void asksAnyWhereNobodyNamesThem() {
        named = List.of();
        nodes.put("", told(loaded("words")));

        assertThat(models()).extracting(Entry::id).containsExactly("words");
    }

    private List<Entry> models() {
        return listing().orElseThrow().models();
    }

    private Optional<Listing> listing() {
        return listings.models(Target.LOCAL, Deadlines.after(Duration.ofSeconds(5)));
    }

    private static ListModelsResponse told(Model... models) {
        return ListModelsResponse.newBuilder().addAllModels(List.of(models)).build();
    }

    private static Model loaded(String id) {
        return Model.newBuilder()
                .setId(id)
                .setState(ModelState.MODEL_STATE_LOADED)
                .build();
    }

    private static Model unavailable(String id) {
        return Model.newBuilder()
                .setId(id)
                .setState(ModelState.MODEL_STATE_UNAVAILABLE)
                .setStateDetail(DEAD)
                .build();
    }

    /** Leads to the node that a call names, or to any. */
    private final class Sidecar extends InferenceServiceGrpc.InferenceServiceImplBase {
        @Override
        public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
            String name = Named.INSTANCE.get();
            ListModelsResponse answer = nodes.get(name == null ? "" : name);
            if (answer == null) {
                observer.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            observer.onNext(answer);
            observer.onCompleted();
        }
    }

    private static final class Named implements ServerInterceptor {
        static final Context.Key<String> INSTANCE = Context.key("instance");

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Context context = Context.current().withValue(INSTANCE, headers.get(MetadataKeys.INSTANCE));
            return Contexts.interceptCall(context, call, headers, next);
        }
    }
}

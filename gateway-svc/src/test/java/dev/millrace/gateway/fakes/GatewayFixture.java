package dev.millrace.gateway.fakes;

import dev.millrace.gateway.Callers;
import dev.millrace.gateway.Completions.Cutoffs;
import dev.millrace.gateway.PromptRoom;
import dev.millrace.gateway.Target;
import dev.millrace.gateway.Tier;
import dev.millrace.gateway.Verdict.Sensitivity;
import dev.millrace.gateway.auth.OpenCallers;
import dev.millrace.gateway.catalogue.ModelCatalogue;
import dev.millrace.gateway.catalogue.ObservedModels;
import dev.millrace.gateway.flow.CompletionFlow;
import dev.millrace.gateway.flow.EmbeddingFlow;
import dev.millrace.gateway.flow.FlowLimits;
import dev.millrace.gateway.flow.Settlements;
import dev.millrace.gateway.grpc.GatewayGrpcService;
import dev.millrace.gateway.grpc.KeyHeader;
import dev.millrace.gateway.grpc.MessageRoom;
import dev.millrace.gateway.grpc.PublicMethods;
import dev.millrace.gateway.peers.BillingPeer;
import dev.millrace.gateway.peers.ClassifierPeer;
import dev.millrace.gateway.peers.InferencePeer;
import dev.millrace.gateway.peers.PeerListings;
import dev.millrace.gateway.routing.Policy;
import dev.millrace.gateway.routing.Policy.TierPolicy;
import dev.millrace.gateway.routing.Router;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.rpc.GrpcServerBuilder;
import dev.millrace.schema.billing.v1.KeyServiceGrpc;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import dev.millrace.schema.inference.v1.ModelServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A gateway with its real flow and doors, and fakes behind real stubs. */
public final class GatewayFixture implements AutoCloseable {

    public static final FlowLimits LIMITS = new FlowLimits(
            8 << 20,
            6,
            Duration.ofSeconds(2),
            Duration.ofMillis(20),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            20,
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            64 << 20);

    private static final Duration STALL_LIMIT = Duration.ofSeconds(30);

    public final FakeClassifier classifier = new FakeClassifier();
    public final FakeBilling billing = new FakeBilling();
    public final FakePrices prices = new FakePrices();
    public final FakeBackend local = new FakeBackend("embedded", "millrace-starter");
    public final FakeBackend cloud =
            new FakeBackend("holysheep", "deepseek-v3.2", "gemini-2.5-flash", "claude-sonnet-4.5", "gpt-4.1");
    public final PromptRoom room = new PromptRoom(64 << 20);
    public final ManagedChannel channel;
    public final Settlements settlements;
    public final CompletionFlow flow;
    public final ObservedModels observations = new ObservedModels(System::nanoTime);
    private final List<Runnable> opened = new ArrayList<>();
    private final ModelCatalogue catalogue;
    private final GrpcServer door;

    public static GatewayFixture inProcess() {
        return new GatewayFixture("inprocess:///" + UUID.randomUUID(), LIMITS, new OpenCallers(), STALL_LIMIT);
    }

    public static GatewayFixture tcp() {
        return tcp(LIMITS, STALL_LIMIT);
    }

    public static GatewayFixture tcp(FlowLimits limits, Duration stallLimit) {
        return new GatewayFixture("tcp://127.0.0.1:0", limits, new OpenCallers(), stallLimit);
    }

    public static GatewayFixture with(FlowLimits limits, Callers callers) {
        return new GatewayFixture("inprocess:///" + UUID.randomUUID(), limits, callers, STALL_LIMIT);
    }

    private GatewayFixture(String listen, FlowLimits limits, Callers callers, Duration stallLimit) {
        boolean overTcp = listen.startsWith("tcp");
        ManagedChannel toClassifier = serve(overTcp, classifier);
        ManagedChannel toBilling = serve(
                overTcp,
                billing,
                prices,
                new UsageServiceGrpc.UsageServiceImplBase() {},
                new KeyServiceGrpc.KeyServiceImplBase() {});
        ManagedChannel toLocal = serve(overTcp, local, new ModelServiceGrpc.ModelServiceImplBase() {});
        ManagedChannel toCloud = serve(overTcp, cloud);
        CompletionFlow.Peers peers = new CompletionFlow.Peers(
                new ClassifierPeer(toClassifier, policy().cutoffs()),
                new BillingPeer(toBilling, !overTcp),
                new InferencePeer(toLocal, Target.LOCAL),
                new InferencePeer(toCloud, Target.CLOUD));
        Router router = new Router(policy());
        catalogue = new ModelCatalogue(
                new PeerListings(toLocal, toCloud, toBilling), Map.of(), Optional.empty(), Duration.ofSeconds(5));
        catalogue.refresh();
        settlements = new Settlements(
                peers.ledger(),
                new Settlements.Bounds(100, Duration.ofMinutes(10), Duration.ofMillis(50), Duration.ofSeconds(5)));
        opened.add(settlements::close);
        opened.add(catalogue::close);
        flow = new CompletionFlow(peers, router, catalogue, observations, settlements, limits);
        EmbeddingFlow embeddings = new EmbeddingFlow(peers, router, catalogue, settlements, limits);
        GrpcServerBuilder builder = GrpcServer.builder("gateway")
                .listen(listen)
                .publicDoor(Duration.ofSeconds(30))
                .intercept(new KeyHeader())
                .intercept(new MessageRoom(room))
                .service(new GatewayGrpcService(callers, flow, embeddings, catalogue, stallLimit));
        PublicMethods.of(callers, toClassifier, toBilling, toLocal).forEach(builder::service);
        door = builder.start();
        channel = Channels.open(door.addresses().getFirst().toString());
    }

    private ManagedChannel serve(boolean overTcp, BindableService... services) {
        GrpcServerBuilder builder = GrpcServer.builder("fake")
                .listen(overTcp ? "tcp://127.0.0.1:0" : "inprocess:///" + UUID.randomUUID())
                .innerDoor()
                .intercept(FakeBackend.headers());
        for (BindableService service : services) {
            builder.service(service);
        }
        GrpcServer server = builder.start();
        ManagedChannel toIt = Channels.open(server.addresses().getFirst().toString());
        opened.add(toIt::shutdownNow);
        opened.add(server::close);
        return toIt;
    }

    /** The policy that ships, without names of the operator's. */
    public static Policy policy() {
        return new Policy(
                "policy-1",
                new Cutoffs("policy-1", 0.35, 0.65, 0.90),
                Map.of(
                        Tier.TRIVIAL, new TierPolicy(List.of("deepseek-v3.2"), Duration.ofMillis(100)),
                        Tier.MODERATE, new TierPolicy(List.of("gemini-2.5-flash"), Duration.ofMillis(500)),
                        Tier.COMPLEX,
                                new TierPolicy(List.of("deepseek-v3.2", "claude-sonnet-4.5"), Duration.ofSeconds(2)),
                        Tier.PREMIUM, new TierPolicy(List.of("gpt-4.1", "claude-sonnet-4.5"), Duration.ofSeconds(5))),
                Tier.MODERATE,
                Map.of(),
                Map.of("smart", "claude-sonnet-4.5"),
                Map.of("gpt-4.1", List.of("claude-sonnet-4.5")),
                Optional.empty(),
                false,
                Sensitivity.INTERNAL,
                Sensitivity.INTERNAL);
    }

    /** Asks the backends anew for their models. */
    public void refresh() {
        catalogue.refresh();
    }

    public GatewayServiceGrpc.GatewayServiceBlockingStub stub() {
        return GatewayServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    /** Runs a prompt and gives all its events. */
    public List<StreamCompletionResponse> ask(StreamCompletionRequest request) {
        List<StreamCompletionResponse> events = new ArrayList<>();
        stub().streamCompletion(request).forEachRemaining(events::add);
        return events;
    }

    public static StreamCompletionRequest prompt() {
        return prompt("auto").build();
    }

    public static StreamCompletionRequest.Builder prompt(String model) {
        return StreamCompletionRequest.newBuilder()
                .setModel(model)
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("What are your opening hours?")));
    }

    /** The text of an answer. */
    public static String text(List<StreamCompletionResponse> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.getDelta().getText()));
        return text.toString();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        door.close();
        opened.forEach(Runnable::run);
    }

    /** The same limits with some of them changed. */
    public static final class Limited {
        public int attemptsMax = LIMITS.attemptsMax();
        public Duration reserveSlice = LIMITS.reserveSlice();
        public Duration settleWait = LIMITS.settleWait();
        public Duration firstTokenMax = LIMITS.firstTokenMax();
        public long heldBytesMax = LIMITS.heldBytesMax();

        public FlowLimits limits() {
            return new FlowLimits(
                    LIMITS.requestBytesMax(),
                    attemptsMax,
                    LIMITS.classifySlice(),
                    LIMITS.classifySlicePerMebibyte(),
                    reserveSlice,
                    LIMITS.coldSlice(),
                    LIMITS.coldCalls(),
                    settleWait,
                    LIMITS.settleWithin(),
                    firstTokenMax,
                    LIMITS.suspendedMax(),
                    LIMITS.beatSilenceMax(),
                    LIMITS.tokenSilenceMax(),
                    heldBytesMax);
        }
    }
}

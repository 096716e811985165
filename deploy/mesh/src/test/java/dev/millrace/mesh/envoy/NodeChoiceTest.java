package dev.millrace.mesh.envoy;

import com.google.protobuf.StringValue;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.MeshPrograms;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.discovery.RenderedLists;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.Home;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Two local nodes with different models, each behind a real Envoy, as a gateway finds them through its own. */
final class NodeChoiceTest {
    private static final String SERVICE = "millrace.inference.v1.InferenceService";
    private static final MethodDescriptor<StringValue, StringValue> METHOD =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                    .setFullMethodName(SERVICE + "/StreamCompletion")
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();
    private static final Metadata.Key<String> MODEL =
            Metadata.Key.of("x-millrace-model", Metadata.ASCII_STRING_MARSHALLER);
    private static final StringValue HELD = StringValue.of("held");
    private static final int CALLS = 40;
    private static final int SLOTS = 4;

    @TempDir
    Path home;

    private final List<Runnable> ends = new ArrayList<>();
    private final List<String> known = new ArrayList<>();
    private final Map<String, Status> refusals = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private Folders folders;
    private Instance gateway;

    @BeforeEach
    void open() throws Exception {
        folders = new Folders(new Home(home));
        SidecarFiles.make(folders);
        Files.createDirectories(folders.admin());
        node(1, "granite:2b");
        node(2, "qwen3:4b");
        RenderedLists.render(folders, "local-inference", String.join(",", known));
        gateway = new Instance("gateway", 1, freePorts());
        sidecar(gateway);
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> asked("both:1b", CALLS).size() == 2);
    }

    @AfterEach
    void close() {
        ends.reversed().forEach(Runnable::run);
    }

    @Test
    void goesToTheNodeThatHasTheModelAndToNoOther() {
        assertThat(asked("granite:2b", CALLS)).containsExactly("local-inference-1");
        assertThat(asked("qwen3:4b", CALLS)).containsExactly("local-inference-2");
    }

    /** Its refusal says more than a sidecar could. */
    @Test
    void goesToAnyNodeForAModelThatNobodyHas() {
        assertThat(asked("nosuch:1b", CALLS)).containsExactly("local-inference-1", "local-inference-2");
    }

    /** Each has as many slots as the others: hardly a prompt goes to one that is busier than another. */
    @Test
    void fillsAllNodesAlikeAlsoOneThatHasJustCome() throws Exception {
        thirdNode();
        Map<String, Integer> running =
                new TreeMap<>(Map.of("local-inference-1", 0, "local-inference-2", 0, "local-inference-3", 0));
        int elsewhere = 0;

        for (int stream = 0; stream < CALLS; stream++) {
            int least = Collections.min(running.values());
            elsewhere += running.merge(hold("both:1b"), 1, Integer::sum) > least + 1 ? 1 : 0;
        }

        // One in a hundred, by chance; one in four where two nodes are looked at instead of eight.
        assertThat(elsewhere).isLessThanOrEqualTo(4);
    }

    /** It is the least busy of all, and each prompt's first try would go there. */
    @Test
    void leavesANodeThatRefusesAtOnceAlsoRightAfterItHasCome() throws Exception {
        keepTwoBusy();
        thirdNode();
        refusals.put("local-inference-3", Status.UNAVAILABLE);

        assertThat(asked("both:1b", CALLS)).containsExactly("local-inference-1", "local-inference-2");
        assertThat(refused).hasValueBetween(1, 5);
    }

    /** It is the least busy of all for each gateway whose prompts it does not run, and as full it is never left alone. */
    @Test
    void passesByAFullNodeThatIsTheLeastBusyOfAll() throws Exception {
        keepTwoBusy();
        thirdNode();
        refusals.put("local-inference-3", Status.RESOURCE_EXHAUSTED);

        assertThat(asked("both:1b", 5 * CALLS)).containsExactly("local-inference-1", "local-inference-2");
    }

    @Test
    void passesByTheFullOneOfTwoNodes() throws Exception {
        hold("qwen3:4b");
        refusals.put("local-inference-1", Status.RESOURCE_EXHAUSTED);

        assertThat(asked("both:1b", 5 * CALLS)).containsExactly("local-inference-2");
    }

    private void keepTwoBusy() {
        hold("granite:2b");
        hold("qwen3:4b");
    }

    /** Waits until it takes calls for each of its models: Envoy may know it as a node before it knows what it has. */
    private void thirdNode() throws Exception {
        node(3, "phi4:3b");
        RenderedLists.render(folders, "local-inference", String.join(",", known));
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> asked("phi4:3b", 1).contains("local-inference-3")
                        && asked("both:1b", 4).contains("local-inference-3"));
    }

    /** Asks for a stream that does not end, and says who took it. */
    private String hold(String model) {
        return ClientCalls.blockingServerStreamingCall(channel(model), METHOD, CallOptions.DEFAULT, HELD)
                .next()
                .getValue();
    }

    private ManagedChannel channel(String model) {
        Metadata headers = new Metadata();
        headers.put(MODEL, model);
        ManagedChannel channel = Channels.open(
                "sidecar://127.0.0.1:" + gateway.egressPort() + "/local-inference",
                MetadataUtils.newAttachHeadersInterceptor(headers));
        ends.add(channel::shutdownNow);
        return channel;
    }

    /** Who answered so many calls for a model. */
    private Set<String> asked(String model, int calls) {
        ManagedChannel channel = channel(model);
        try {
            Set<String> answered = new TreeSet<>();
            for (int i = 0; i < calls; i++) {
                ClientCalls.blockingServerStreamingCall(
                                channel, METHOD, CallOptions.DEFAULT, StringValue.getDefaultInstance())
                        .forEachRemaining(name -> answered.add(name.getValue()));
            }
            return answered;
        } finally {
            channel.shutdownNow();
        }
    }

    /** A service that answers with its name, and its sidecar; a stream that is to be held does not end by itself. */
    private void node(int number, String model) throws Exception {
        Instance node = new Instance("local-inference", number, freePorts());
        GrpcServer server = GrpcServer.builder("local-inference")
                .listen("tcp://127.0.0.1:" + node.servicePort())
                .service(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(METHOD, ServerCalls.asyncServerStreamingCall((question, answer) -> {
                            if (refusals.containsKey(node.id())) {
                                refused.incrementAndGet();
                                answer.onError(refusals.get(node.id()).asRuntimeException());
                                return;
                            }
                            answer.onNext(StringValue.of(node.id()));
                            if (!question.equals(HELD)) {
                                answer.onCompleted();
                            }
                        }))
                        .build())
                .start();
        ends.add(server::close);
        sidecar(node);
        known.add("""
                {"Node": {"Node": "millrace", "Address": "127.0.0.1"},
                 "Service": {"ID": "%s", "Service": "local-inference", "Address": "127.0.0.1", "Port": %d,
                             "Meta": {"models": "%s,both:1b", "slots": "%d"}},
                 "Checks": [{"Status": "passing"}]}""".formatted(node.id(), node.ingressPort(), model, SLOTS));
    }

    private void sidecar(Instance instance) throws IOException {
        Path envoy = MeshPrograms.required("envoy", NodeChoiceTest.class);
        Path file = Files.writeString(
                home.resolve(instance.id() + ".yaml"),
                new Configurations(MeshUp.shippedPolicy(), folders, Optional.empty()).sidecar(instance));
        Process process = new ProcessBuilder(
                        envoy.toString(), "--disable-hot-restart", "--concurrency", "1", "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(instance.id() + ".words").toFile())
                .start();
        ends.add(process::destroyForcibly);
    }

    /** The first of as many as an instance has, none of which is taken. */
    private static int freePorts() throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            try (ServerSocket first = new ServerSocket(0)) {
                int port = first.getLocalPort();
                boolean free = port + Instance.PORTS < 65_535;
                for (int next = port + 1; free && next < port + Instance.PORTS; next++) {
                    free = isFree(next);
                }
                if (free) {
                    return port;
                }
            }
        }
        throw new IOException("no free ports");
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port)) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}

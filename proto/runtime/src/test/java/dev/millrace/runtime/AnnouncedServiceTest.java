package dev.millrace.runtime;

import com.google.gson.JsonObject;
import com.google.protobuf.StringValue;
import dev.millrace.discovery.Address;
import dev.millrace.discovery.Facts;
import dev.millrace.discovery.Place;
import dev.millrace.rpc.Channels;
import dev.millrace.rpc.GrpcServer;
import dev.millrace.runtime.billing.TinyBilling;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** One instance of a mesh from its registration to its end, on a real server and beside an agent that keeps what it is told. */
final class AnnouncedServiceTest {
    private static final String INSTANCE = "billing-7";
    private static final String HELD = "held";
    private static final MethodDescriptor<StringValue, StringValue> TELL =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                    .setFullMethodName("millrace.test.Words/Tell")
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();

    @TempDir
    Path folder;

    private final Queue<String> story = new ConcurrentLinkedQueue<>();
    private final CountDownLatch finish = new CountDownLatch(1);
    private FakeAgent agent;
    private ServiceProcess process;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        agent = new FakeAgent();
        process = ServiceProcess.start(List.of(new Teller()), ServiceSettings.of(new Home(folder)), started -> {});
        MillraceService.Running only = process.running().values().iterator().next();
        channel = Channels.open(only.addresses().getFirst().toString());
        process.announce(place(INSTANCE, agent.address().getPort()));
    }

    @AfterEach
    void stop() {
        finish.countDown();
        channel.shutdownNow();
        process.close();
        agent.close();
    }

    @Test
    void isRegisteredWithWhatPeersAndOperatorsLookAt() {
        JsonObject meta = Objects.requireNonNull(agent.registered.get(INSTANCE)).getAsJsonObject("Meta");

        // What was not packed has no version.
        assertThat(meta.get("version").getAsString()).isEqualTo("unreleased");
        assertThat(meta.get("start-epoch").getAsLong())
                .isEqualTo(ManagementFactory.getRuntimeMXBean().getStartTime() / 1000);
        assertThat(meta.get("models").getAsString()).isEqualTo("granite:2b,qwen3:4b");
        assertThat(meta.get("slots").getAsString()).isEqualTo("4");
    }

    @Test
    void servesAndIsRegisteredLaterWhereItStartsWhileTheAgentIsAway() throws Exception {
        int port = agent.address().getPort();
        agent.close();
        ServiceProcess second =
                ServiceProcess.start(List.of(new Teller()), ServiceSettings.of(new Home(folder)), started -> {});
        second.announce(place("billing-8", port));
        MillraceService.Running only = second.running().values().iterator().next();
        assertThat(only.healthy()).isTrue();

        agent = new FakeAgent(port);
        second.awaitAnnounced();

        assertThat(agent.registered).containsKey("billing-8");
        second.close();
        assertThat(agent.registered).doesNotContainKey("billing-8");
    }

    @Test
    void isStoppedWhereTheAgentIsBackAndRefusesIt() throws Exception {
        int port = agent.address().getPort();
        agent.close();
        ServiceProcess second =
                ServiceProcess.start(List.of(new Teller()), ServiceSettings.of(new Home(folder)), started -> {});
        second.announce(place("billing-8", port));
        MillraceService.Running only = second.running().values().iterator().next();

        agent = new FakeAgent(port);
        agent.refuses = true;

        assertThatThrownBy(second::awaitAnnounced)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("answered 403")
                .hasMessageContaining("MILLRACE_CONSUL");
        assertThat(only.healthy()).isFalse();
    }

    @Test
    void leavesInTheOrderInWhichNoCallIsLost() throws Exception {
        Iterator<StringValue> held = tell(HELD);
        assertThat(held.next().getValue()).isEqualTo("first");
        assertThat(health()).isEqualTo("SERVING");
        long[] deregistered = new long[1];
        agent.whenOneLeaves = () -> {
            deregistered[0] = System.nanoTime();
            story.add("deregistered while it is " + health());
            story.add("a call that comes then is " + tell("new").next().getValue());
        };

        Thread stopping = Thread.ofVirtual().start(() -> process.stop(Duration.ofSeconds(20)));
        await().atMost(20, SECONDS).until(this::isRefused);
        Duration heard = Duration.ofNanos(System.nanoTime() - deregistered[0]);
        story.add("the next call is refused");
        finish.countDown();
        held.forEachRemaining(last -> story.add("the call that was held says " + last.getValue() + " and ends"));

        assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
        assertThat(story)
                .containsExactly(
                        "deregistered while it is NOT_SERVING",
                        "a call that comes then is taken",
                        "the next call is refused",
                        "the call that was held says last and ends");
        // Until then sidecars go on to send calls here.
        assertThat(heard).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
        assertThat(agent.registered).isEmpty();
    }

    private static Place place(String instance, int port) {
        return new Place(
                URI.create("http://127.0.0.1:" + port), instance, new Address("127.0.0.1", 7511), Optional.empty());
    }

    /** On the connection that was open before: a server that says GOAWAY takes no call on it, and on a new one neither. */
    private boolean isRefused() {
        try {
            tell("new").next();
            return false;
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            return true;
        }
    }

    private Iterator<StringValue> tell(String what) {
        return ClientCalls.blockingServerStreamingCall(channel, TELL, CallOptions.DEFAULT, StringValue.of(what));
    }

    private String health() {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus()
                .name();
    }

    /** A service that says something at once and, where a call is held, something more when it may. */
    private final class Teller implements MillraceService {
        @Override
        public String name() {
            return "billing";
        }

        @Override
        public Running start(ServiceSettings settings) {
            GrpcServer server = GrpcServer.builder(name())
                    .listen("tcp://127.0.0.1:0")
                    .innerDoor()
                    .service(ServerServiceDefinition.builder("millrace.test.Words")
                            .addMethod(TELL, ServerCalls.asyncServerStreamingCall(this::tell))
                            .build())
                    .start();
            Map<String, String> facts = Facts.ofModels(4, List.of("granite:2b", "qwen3:4b"));
            return new RunningService(
                    Contexts.open(name(), TinyBilling.class, settings), server, () -> "", () -> facts);
        }

        private void tell(StringValue what, StreamObserver<StringValue> answer) {
            if (what.getValue().equals(HELD)) {
                answer.onNext(StringValue.of("first"));
                try {
                    finish.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                answer.onNext(StringValue.of("last"));
            } else {
                answer.onNext(StringValue.of("taken"));
            }
            answer.onCompleted();
        }
    }
}

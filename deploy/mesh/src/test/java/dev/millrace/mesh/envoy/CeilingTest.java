package dev.millrace.mesh.envoy;

import dev.millrace.mesh.Folders;
import dev.millrace.mesh.Instance;
import dev.millrace.mesh.MeshPrograms;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.rpc.Channels;
import dev.millrace.runtime.Home;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of deadlines on the way through two real sidecars, to a billing that never answers. */
@Execution(ExecutionMode.CONCURRENT)
final class CeilingTest {
    private static final String SERVICE = "millrace.billing.v1.KeyService";
    private static final Duration CEILING = Duration.ofSeconds(5);
    private static final Duration SHORTER = Duration.ofSeconds(2);
    private static final Duration SILENT_AT_MOST = Duration.ofSeconds(1);
    /** With other builds beside this one. */
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(20);

    /** Each test has ports of its own. */
    private static final AtomicInteger BASES = new AtomicInteger(24_700);

    private final int base = BASES.getAndAdd(20);
    private final Instance caller = new Instance("gateway", 1, base);
    private final Instance called = new Instance("billing", 1, base + 10);

    @TempDir
    Path home;

    private final BlockingQueue<Duration> left = new LinkedBlockingQueue<>();
    private final BlockingQueue<Duration> cancelled = new LinkedBlockingQueue<>();
    private final List<Process> sidecars = new ArrayList<>();
    private Optional<Server> billing = Optional.empty();
    private Optional<ManagedChannel> channel = Optional.empty();

    @BeforeEach
    void open() throws Exception {
        Path envoy = MeshPrograms.required("envoy", CeilingTest.class);
        Folders folders = new Folders(new Home(home));
        SidecarFiles.make(folders);
        Files.createDirectories(folders.admin());
        Files.writeString(folders.live().resolve("billing.json"), """
                {"resources":[{"@type":"type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment","cluster_name":"billing",
                "endpoints":[{"lb_endpoints":[{"endpoint":{"address":{"socket_address":{"address":"127.0.0.1","port_value":%d}}}}]}]}]}
                """.formatted(called.ingressPort()));
        Policy policy = PolicyFile.parse(
                "own",
                Files.readString(Path.of("policy.yaml"))
                        .replace("calls: {deadline: 15s}", "calls: {deadline: " + CEILING.toSeconds() + "s}")
                        .replace(
                                "KeyService/RotateKey, retry: unsent}",
                                "KeyService/RotateKey, retry: unsent, silent-at-most: " + SILENT_AT_MOST.toSeconds()
                                        + "s}"));
        Configurations configurations = new Configurations(policy, folders, Optional.empty());
        for (Instance instance : List.of(caller, called)) {
            Path file = Files.writeString(home.resolve(instance.id() + ".yaml"), configurations.sidecar(instance));
            sidecars.add(new ProcessBuilder(
                            envoy.toString(), "--disable-hot-restart", "--concurrency", "1", "-c", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve(instance.id() + ".words").toFile())
                    .start());
        }
        billing = Optional.of(NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), called.servicePort()))
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(unary(), ServerCalls.asyncUnaryCall((request, answer) -> remember()))
                        .addMethod(soonGivenUp(), ServerCalls.asyncUnaryCall((request, answer) -> remember()))
                        .addMethod(stream(), ServerCalls.asyncServerStreamingCall((request, answer) -> {
                            remember();
                            answer.onNext(request);
                        }))
                        .build())
                .build()
                .start());
        channel = Optional.of(Channels.open("sidecar://127.0.0.1:" + caller.egressPort() + "/billing"));
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(this::isHeard);
        Awaitility.await().atMost(HEARD_WITHIN).until(() -> cancelled.size() == left.size());
        left.clear();
        cancelled.clear();
    }

    /** Whether calls come through already. */
    private boolean isHeard() {
        Status _ = call(unary(), CallOptions.DEFAULT.withDeadlineAfter(SHORTER.toMillis(), TimeUnit.MILLISECONDS));
        return !left.isEmpty();
    }

    /** How long the call may still take, as the service hears of it. */
    private void remember() {
        Context context = Context.current();
        Deadline deadline = context.getDeadline();
        long begin = System.nanoTime();
        left.add(
                deadline == null ? Duration.ofDays(1) : Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
        context.addListener(ended -> cancelled.add(Duration.ofNanos(System.nanoTime() - begin)), Runnable::run);
    }

    private static Duration next(BlockingQueue<Duration> told, String what) throws InterruptedException {
        Duration next = told.poll(HEARD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next)
                .as("the service heard within " + HEARD_WITHIN.toSeconds() + " s " + what)
                .isNotNull();
        return Objects.requireNonNull(next);
    }

    @AfterEach
    void close() {
        channel.ifPresent(ManagedChannel::shutdownNow);
        billing.ifPresent(Server::shutdownNow);
        sidecars.forEach(Process::destroyForcibly);
    }

    @Test
    void endsACallWithoutADeadlineByTheNameThatADeadlineHas() throws Exception {
        Status status = call(unary(), CallOptions.DEFAULT);

        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(next(left, "of the call")).as("what the service hears").isLessThanOrEqualTo(CEILING);
        assertThat(next(cancelled, "of its end"))
                .as("when the service may stop")
                .isBetween(CEILING.dividedBy(2), CEILING.multipliedBy(3));
    }

    @Test
    void leavesAShorterDeadlineAsItIs() throws Exception {
        Status status = call(unary(), CallOptions.DEFAULT.withDeadlineAfter(SHORTER.toMillis(), TimeUnit.MILLISECONDS));

        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        // Sidecars count in whole milliseconds, each upwards.
        assertThat(next(left, "of the call")).isBetween(Duration.ofMillis(1), SHORTER.plusMillis(2));
    }

    /** It may have been done, which UNAVAILABLE would deny. */
    @Test
    void endsACallThatIsSilentForTooLongByTheSameName() throws Exception {
        long begin = System.nanoTime();
        Status status = call(soonGivenUp(), CallOptions.DEFAULT);

        assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SILENT_AT_MOST, CEILING);
        assertThat(next(left, "of the call")).isLessThanOrEqualTo(CEILING);
        assertThat(next(cancelled, "of its end")).isLessThan(CEILING);
        assertThat(left).as("tried once").isEmpty();
    }

    @Test
    void cutsALongerDeadline() throws Exception {
        long begin = System.nanoTime();
        Status status = call(unary(), CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));

        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(next(left, "of the call")).isLessThanOrEqualTo(CEILING);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void leavesAStreamAloneThatIsMeantToLast() throws Exception {
        Iterator<byte[]> answers = ClientCalls.blockingServerStreamingCall(
                channel.orElseThrow(), stream(), CallOptions.DEFAULT, new byte[] {7});

        assertThat(answers.next()).containsExactly(7);
        assertThat(next(left, "of the stream"))
                .as("no deadline, as its caller gave none")
                .isEqualTo(Duration.ofDays(1));
        assertThat(cancelled.poll(CEILING.plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS))
                .isNull();
    }

    private Status call(MethodDescriptor<byte[], byte[]> method, CallOptions options) {
        try {
            byte[] _ = ClientCalls.blockingUnaryCall(channel.orElseThrow(), method, options, new byte[] {7});
            return Status.OK;
        } catch (StatusRuntimeException failure) {
            return failure.getStatus();
        }
    }

    private static MethodDescriptor<byte[], byte[]> unary() {
        return method("RevokeKey", MethodDescriptor.MethodType.UNARY);
    }

    private static MethodDescriptor<byte[], byte[]> soonGivenUp() {
        return method("RotateKey", MethodDescriptor.MethodType.UNARY);
    }

    private static MethodDescriptor<byte[], byte[]> stream() {
        return method("WatchRevocations", MethodDescriptor.MethodType.SERVER_STREAMING);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setType(type)
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}

package dev.millrace.rpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class GrpcServerTest {
    @RegisterExtension
    final Opened opened = new Opened();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void servesTheSameServiceOnEveryAddress() {
        GrpcServer server = opened.start(builder("inprocess:///several", "tcp://127.0.0.1:0", "tcp://127.0.0.1:0")
                .service(Words.answering((question, answer) -> answer(answer, question + "!"))));

        assertThat(server.addresses()).hasSize(3);
        assertThat(server.port().orElseThrow()).isPositive();
        for (var address : server.addresses()) {
            assertThat(Words.ask(opened.channel(address.toString()), "hello")).isEqualTo("hello!");
        }
    }

    @Test
    void isNotServingUntilToldSo() {
        GrpcServer server = opened.start(builder("tcp://127.0.0.1:0").service(echo()));
        ManagedChannel channel = opened.channel(server);

        assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
        server.setServing(true);

        assertThat(health(channel, Words.SERVICE)).isEqualTo(ServingStatus.SERVING);
        assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
        assertThat(server.isServing()).isTrue();
    }

    @Test
    void endsACallWhoseBytesAreNoMessageByTellingItsCaller() {
        GrpcServer server = opened.start(builder("tcp://127.0.0.1:0").service(echo()));
        ManagedChannel channel = opened.channel(server);
        MethodDescriptor<String, String> check =
                Words.fullMethod(HealthGrpc.getCheckMethod().getFullMethodName(), MethodDescriptor.MethodType.UNARY);

        // A field that says it has bytes, and has none.
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, check, CallOptions.DEFAULT, "\n"))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
                    assertThat(Fault.of(failure).reason()).isEqualTo("MESSAGE_MALFORMED");
                    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                });

        assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
        await().until(() -> server.callsInFlight() == 0);
    }

    @Test
    void namesTheProcessThatHoldsItsPort() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GrpcServerBuilder builder = builder("tcp://127.0.0.1:" + holder.getLocalPort())
                    .portHint("Use --grpc-port")
                    .service(echo());

            assertThatThrownBy(builder::start)
                    .isInstanceOf(PortHolder.PortTaken.class)
                    .hasMessageStartingWith("port " + holder.getLocalPort() + " is taken")
                    .hasMessageContaining("by pid " + ProcessHandle.current().pid() + " (java)")
                    .hasMessageEndingWith("Use --grpc-port");
        }
    }

    @Test
    void saysWhyAnAddressIsRefusedThatIsNotTaken() {
        // An address for documentation, which no machine has.
        GrpcServerBuilder builder =
                builder("tcp://192.0.2.1:9090").portHint("Use --grpc-port").service(echo());

        assertThatThrownBy(builder::start)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith(
                        "cannot listen on 192.0.2.1:9090: Cannot assign requested address. Choose another");
    }

    @Test
    void letsCallsEndWhileItDrains() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        GrpcServer server = opened.start(builder("tcp://127.0.0.1:0").service(Words.answering((question, answer) -> {
            entered.countDown();
            awaitQuietly(finish);
            answer(answer, "done");
        })));
        ManagedChannel channel = opened.channel(server);
        server.setServing(true);
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> Words.ask(channel, "slowly"), threads);
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> drained =
                CompletableFuture.runAsync(() -> server.drain(Duration.ofSeconds(10)), threads);
        await().until(() -> !server.isServing());
        await().during(Duration.ofMillis(300)).until(() -> server.callsInFlight() == 1 && !call.isDone());
        assertThatThrownBy(() -> Words.ask(opened.channel(server), "too late"))
                .isInstanceOf(StatusRuntimeException.class);
        finish.countDown();

        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("done");
        drained.get(10, TimeUnit.SECONDS);
        assertThat(server.callsInFlight()).isZero();
    }

    @Test
    void cutsCallsThatOutliveTheDrain() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        GrpcServer server = opened.start(builder("tcp://127.0.0.1:0").service(Words.answering((question, answer) -> {
            entered.countDown();
            awaitQuietly(never);
        })));
        ManagedChannel channel = opened.channel(server);
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> Words.ask(channel, "for ever"), threads);
        awaitQuietly(entered);

        server.drain(Duration.ofMillis(100));

        assertThatThrownBy(call::join).hasRootCauseInstanceOf(StatusRuntimeException.class);
        never.countDown();
    }

    @Test
    void doesNotWaitForHealthWatches() {
        GrpcServer server = opened.start(builder("tcp://127.0.0.1:0").service(echo()));
        var watch = HealthGrpc.newBlockingStub(opened.channel(server)).watch(HealthCheckRequest.getDefaultInstance());
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);

        long begin = System.nanoTime();
        server.drain(Duration.ofSeconds(30));

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void offersReflectionOnLoopbackOnly() {
        GrpcServer loopback = opened.start(builder("tcp://127.0.0.1:0").service(echo()));
        GrpcServer everywhere = opened.start(builder("tcp://0.0.0.0:0").service(echo()));
        GrpcServer both =
                opened.start(builder("tcp://127.0.0.1:0", "tcp://0.0.0.0:0").service(echo()));

        assertThat(reflects(loopback)).isTrue();
        assertThat(reflects(everywhere)).isFalse();
        assertThat(reflects(both)).isFalse();
    }

    @Test
    void answersInternalForWhatNobodyExpectedAndSaysNothingOfIt() {
        GrpcServer server =
                opened.start(builder("inprocess:///broken").innerDoor().service(Words.answering((q, answer) -> {
                    throw new IllegalStateException("the prompt was: secret");
                })));

        assertThatThrownBy(() -> Words.ask(opened.channel(server), "why")).satisfies(failure -> {
            Fault fault = Fault.of(failure);
            assertThat(fault.code()).isEqualTo(Status.Code.INTERNAL);
            assertThat(fault.domain()).isEqualTo("words.millrace.dev");
            assertThat(fault.reason()).isEqualTo("UNEXPECTED");
            assertThat(fault.message()).doesNotContain("secret");
            assertThat(fault.metadata()).containsKey("request_id");
        });
    }

    @Test
    void runsWhatIsToldSoInPlaceWithinAProcessAndNowhereElse() {
        ServerServiceDefinition whose = Words.answering((q, answer) ->
                answer(answer, Long.toString(Thread.currentThread().threadId())));
        GrpcServer told = opened.start(builder("inprocess:///in-place", "tcp://127.0.0.1:0")
                .inPlace(Words.ASK)
                .service(whose));
        GrpcServer untold = opened.start(builder("inprocess:///apart").service(whose));
        String own = Long.toString(Thread.currentThread().threadId());

        assertThat(Words.ask(opened.channel("inprocess:///in-place"), "who")).isEqualTo(own);
        assertThat(Words.ask(opened.channel("tcp://127.0.0.1:" + told.port().getAsInt()), "who"))
                .isNotEqualTo(own);
        assertThat(Words.ask(opened.channel(untold), "who")).isNotEqualTo(own);
    }

    @Test
    void refusesMessagesOverItsLimit() {
        GrpcServer server =
                opened.start(builder("tcp://127.0.0.1:0").innerDoor().service(echo()));

        assertThatThrownBy(() -> Words.ask(opened.channel(server), "x".repeat(17 << 20)))
                .satisfies(failure -> assertThat(Fault.of(failure).code())
                        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED));
    }

    @Test
    void needsAnAddress() {
        assertThatThrownBy(() -> GrpcServer.builder("words").start())
                .hasMessage("listen: nothing (expected: at least one address)");
        assertThatThrownBy(() -> builder("http://127.0.0.1:1").start())
                .hasMessageContaining("expected: inprocess:///name or tcp://host:port");
    }

    @Test
    void reflectionKnowsTheDetailsOfErrors() throws Exception {
        GrpcServer server = opened.start(builder("tcp://127.0.0.1:0").service(echo()));

        for (String detail : List.of("google.rpc.ErrorInfo", "google.rpc.RetryInfo", "google.rpc.BadRequest")) {
            ServerReflectionResponse answer = reflection(
                            server,
                            ServerReflectionRequest.newBuilder()
                                    .setFileContainingSymbol(detail)
                                    .build())
                    .orElseThrow();
            var file = FileDescriptorProto.parseFrom(
                    answer.getFileDescriptorResponse().getFileDescriptorProto(0));
            assertThat(file.getName()).isEqualTo("google/rpc/error_details.proto");
        }
    }

    private boolean reflects(GrpcServer server) {
        return reflection(
                        server,
                        ServerReflectionRequest.newBuilder()
                                .setListServices("*")
                                .build())
                .isPresent();
    }

    /** Empty: it offers none. */
    private Optional<ServerReflectionResponse> reflection(GrpcServer server, ServerReflectionRequest question) {
        String port = String.valueOf(server.port().orElseThrow());
        var call = opened.channel("tcp://127.0.0.1:" + port)
                .newCall(ServerReflectionGrpc.getServerReflectionInfoMethod(), CallOptions.DEFAULT);
        CompletableFuture<Optional<ServerReflectionResponse>> answered = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> ask =
                ClientCalls.asyncBidiStreamingCall(call, new StreamObserver<ServerReflectionResponse>() {
                    @Override
                    public void onNext(ServerReflectionResponse value) {
                        answered.complete(Optional.of(value));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answered.complete(Optional.empty());
                    }

                    @Override
                    public void onCompleted() {
                        answered.complete(Optional.empty());
                    }
                });
        ask.onNext(question);
        return answered.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static ServingStatus health(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static io.grpc.ServerServiceDefinition echo() {
        return Words.answering((question, answer) -> answer(answer, question));
    }

    private static void answer(StreamObserver<String> observer, String text) {
        observer.onNext(text);
        observer.onCompleted();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static GrpcServerBuilder builder(String... addresses) {
        return GrpcServer.builder("words").listen(List.of(addresses));
    }
}

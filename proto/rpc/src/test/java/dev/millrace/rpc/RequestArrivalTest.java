package dev.millrace.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A call whose message never comes, over the wire and within the process. */
@SuppressWarnings("NullAway.Init") // opened by each test
final class RequestArrivalTest {
    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final String WIRE = "tcp://127.0.0.1:0";
    private static final String WITHIN = "inprocess:///arrival";

    @RegisterExtension
    final Opened opened = new Opened();

    private final AtomicBoolean handled = new AtomicBoolean();
    private GrpcServer server;
    private ManagedChannel channel;

    @ParameterizedTest
    @ValueSource(strings = {WIRE, WITHIN})
    void endsACallWhoseMessageDoesNotCome(String address) throws Exception {
        open(address);
        long begin = System.nanoTime();

        Fault fault = ended(call()).get(20, TimeUnit.SECONDS);

        assertThat(fault.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(fault.is(TransportReason.HOP_DEADLINE_EXCEEDED)).isTrue();
        assertThat(fault.metadata()).containsEntry("limit_ms", "300");
        assertThat(fault.message()).contains("did not come within 300 ms", "Send it at once");
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(LIMIT.toNanos());
        await().until(() -> server.callsInFlight() == 0);
        assertThat(handled).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {WIRE, WITHIN})
    void endsACallWhoseCallerNeverSaysThatItWasTheWholeOfIt(String address) throws Exception {
        open(address);
        ClientCall<String, String> call = call();
        CompletableFuture<Fault> ended = ended(call);
        call.sendMessage("hello");

        assertThat(ended.get(20, TimeUnit.SECONDS).code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(handled).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {WIRE, WITHIN})
    void letsACallTakeItsTimeOnceItsMessageHasCome(String address) {
        open(address);

        assertThat(Words.ask(channel, "slowly")).isEqualTo("done");
        assertThat(handled).isTrue();
    }

    /** Those that the server offers by itself, as tools ask for them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "grpc.health.v1.Health/Check",
                "grpc.health.v1.Health/Watch",
                "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
            })
    void endsACallOfHealthOrReflectionWhoseMessageDoesNotCome(String method) throws Exception {
        open(WIRE);

        Fault fault = ended(call(method)).get(20, TimeUnit.SECONDS);

        assertThat(fault.is(TransportReason.HOP_DEADLINE_EXCEEDED)).isTrue();
        assertThat(fault.message()).contains("did not come within 300 ms");
    }

    /** An empty message asks for the health of all; the answer is that and the changes to come. */
    @Test
    void letsAWatchOfHealthGoOn() throws Exception {
        open(WIRE);
        ClientCall<String, String> watch = call("grpc.health.v1.Health/Watch");
        CompletableFuture<Fault> ended = ended(watch);
        watch.sendMessage("");
        watch.halfClose();

        Alarms.set(LIMIT.multipliedBy(3), () -> watch.cancel("seen enough", null));

        assertThat(ended.get(20, TimeUnit.SECONDS).code()).isEqualTo(Status.Code.CANCELLED);
    }

    private void open(String address) {
        server = opened.start(
                GrpcServer.builder("words").listen(address).publicDoor(LIMIT).service(Words.answering(this::answer)));
        channel = opened.channel(server);
    }

    /** Ends well behind the limit. */
    private void answer(String question, StreamObserver<String> answer) {
        handled.set(true);
        Alarms.set(LIMIT.multipliedBy(2), () -> {
            answer.onNext("done");
            answer.onCompleted();
        });
    }

    /** As a library would send it for a stream of messages: its headers leave before the first of them. */
    private ClientCall<String, String> call() {
        return call(Words.ASK.getFullMethodName());
    }

    private ClientCall<String, String> call(String method) {
        return channel.newCall(Words.fullMethod(method, MethodType.BIDI_STREAMING), CallOptions.DEFAULT);
    }

    private static CompletableFuture<Fault> ended(ClientCall<String, String> call) {
        CompletableFuture<Fault> ended = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(Fault.of(status.asRuntimeException(trailers)));
                    }
                },
                new Metadata());
        call.request(1);
        return ended;
    }
}

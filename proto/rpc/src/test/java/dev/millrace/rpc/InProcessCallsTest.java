package dev.millrace.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a call within the process does, whether it goes straight to the handler or over gRPC's own transport. */
final class InProcessCallsTest {
    private static final io.grpc.MethodDescriptor<String, String> TALK =
            Words.method("Talk", MethodType.BIDI_STREAMING);
    /** Instruments whose being there is enough. */
    private static final Instruments FITTED = new Instruments() {
        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public void fit(ManagedChannelBuilder<?> channel) {
            // Nothing.
        }

        @Override
        public void fit(ServerBuilder<?> server, boolean isPublic) {
            // Nothing.
        }
    };

    private static final Metadata.Key<String> NOTE = Metadata.Key.of("note", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> WHERE = Context.key("where");

    @RegisterExtension
    final Opened opened = new Opened();

    private final BlockingQueue<String> atServer = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> atCaller = new LinkedBlockingQueue<>();
    private final CompletableFuture<ServerCall<String, String>> served = new CompletableFuture<>();
    private final CompletableFuture<Context> servedIn = new CompletableFuture<>();
    private final CompletableFuture<String> heardIn = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // by start()
    private GrpcServer server;

    @ParameterizedTest
    @EnumSource
    void carriesHeadersMessagesAndTheEnd(Way way) throws Exception {
        ClientCall<String, String> call = talk(way, CallOptions.DEFAULT);
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);
        handler.request(2);
        call.sendMessage("one");
        call.sendMessage("two");
        call.halfClose();
        assertThat(told(atServer, 3)).containsExactly("one", "two", "half-closed");

        call.request(2);
        handler.sendHeaders(note("head"));
        handler.sendMessage("three");
        handler.close(Status.OK, note("tail"));

        assertThat(told(atCaller, 3)).containsExactly("headers head", "three", "OK null tail");
        assertThat(told(atServer, 1)).containsExactly("complete");
    }

    @ParameterizedTest
    @EnumSource
    void handsOverNoMoreThanWasAskedFor(Way way) throws Exception {
        ClientCall<String, String> call = talk(way, CallOptions.DEFAULT);
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);
        handler.sendHeaders(new Metadata());
        assertThat(handler.isReady()).isFalse();
        handler.sendMessage("one");
        handler.sendMessage("two");
        handler.close(Status.OK, note("tail"));
        assertThat(told(atCaller, 1)).containsExactly("headers null");

        call.request(1);
        assertThat(told(atCaller, 1)).containsExactly("one");
        assertThat(atCaller).isEmpty();
        call.request(1);
        assertThat(told(atCaller, 2)).containsExactly("two", "OK null tail");
    }

    @ParameterizedTest
    @EnumSource
    void tellsAHandlerThatItsCallerIsReady(Way way) throws Exception {
        ClientCall<String, String> call = talk(way, CallOptions.DEFAULT);
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);
        assertThat(handler.isReady()).isFalse();

        call.request(1);

        assertThat(told(atServer, 1)).containsExactly("ready");
        assertThat(handler.isReady()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheOrderOfMessagesThatManyThreadsMove(Way way) throws Exception {
        int messages = 20_000;
        ClientCall<String, String> call = talk(way, CallOptions.DEFAULT);
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);
        Thread asking = Thread.ofVirtual().start(() -> {
            Random random = new Random(7);
            for (int asked = 0; asked < messages; ) {
                int more = 1 + random.nextInt(5);
                call.request(more);
                asked += more;
            }
        });
        handler.sendHeaders(new Metadata());
        IntStream.range(0, messages).forEach(number -> handler.sendMessage(Integer.toString(number)));
        handler.close(Status.OK, new Metadata());
        asking.join();

        List<String> all = told(atCaller, messages + 2);
        assertThat(all.subList(1, messages + 1))
                .containsExactlyElementsOf(
                        IntStream.range(0, messages).mapToObj(Integer::toString).toList());
        assertThat(all.getLast()).isEqualTo("OK null null");
    }

    @ParameterizedTest
    @EnumSource
    void carriesAFaultButNotItsCause(Way way) throws Exception {
        talk(way, CallOptions.DEFAULT);

        served.get(10, TimeUnit.SECONDS)
                .close(
                        Status.ABORTED.withDescription("broken").withCause(new IllegalStateException("secret")),
                        note("why"));

        assertThat(told(atCaller, 1)).containsExactly("ABORTED broken why");
        assertThat(told(atServer, 1)).containsExactly("complete");
    }

    @ParameterizedTest
    @EnumSource
    void aCallersCancelReachesTheHandler(Way way) throws Exception {
        ClientCall<String, String> call = talk(way, CallOptions.DEFAULT);
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);

        call.cancel("no more of this", null);

        assertThat(told(atCaller, 1)).containsExactly("CANCELLED no more of this null");
        assertThat(told(atServer, 1)).containsExactly("cancel");
        assertThat(handler.isCancelled()).isTrue();
        assertThat(servedIn.get().isCancelled()).isTrue();
        await().until(() -> server.callsInFlight() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTheCallersContextReachesTheHandler(Way way) throws Exception {
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(() -> talk(way, CallOptions.DEFAULT));
        served.get(10, TimeUnit.SECONDS);

        context.cancel(null);

        assertThat(told(atCaller, 1).getFirst()).startsWith("CANCELLED");
        assertThat(told(atServer, 1)).containsExactly("cancel");
    }

    @ParameterizedTest
    @EnumSource
    void whatEndsWhileItBeginsLeavesNothingBehind(Way way) throws Exception {
        AtomicInteger open = new AtomicInteger();
        start(way, (call, headers) -> {
            open.incrementAndGet();
            return new ServerCall.Listener<>() {
                @Override
                public void onCancel() {
                    open.decrementAndGet();
                }
            };
        });
        ManagedChannel channel = open(way);
        for (int i = 0; i < 2_000; i++) {
            Context.CancellableContext context = Context.current().withCancellation();
            Thread leaving = Thread.ofVirtual().start(() -> context.cancel(null));
            context.run(() -> channel.newCall(TALK, CallOptions.DEFAULT).start(new Told(), new Metadata()));
            leaving.join();
        }

        assertThat(told(atCaller, 2_000)).allMatch(end -> end.startsWith("CANCELLED"));
        await().until(() -> open.get() == 0 && server.callsInFlight() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void theDeadlineIsTheHandlersToo(Way way) throws Exception {
        Deadline deadline = Deadlines.after(Duration.ofMillis(300));
        talk(way, CallOptions.DEFAULT.withDeadline(deadline));
        Deadline seen = servedIn.get(10, TimeUnit.SECONDS).getDeadline();

        assertThat(Math.abs(seen.timeRemaining(TimeUnit.MILLISECONDS) - deadline.timeRemaining(TimeUnit.MILLISECONDS)))
                .isLessThan(100);
        assertThat(told(atCaller, 1).getFirst()).startsWith("DEADLINE_EXCEEDED");
        assertThat(told(atServer, 1)).containsExactly("cancel");
        assertThat(servedIn.get().isCancelled()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void theEarlierOfTwoDeadlinesHolds(Way way) throws Exception {
        Context.CancellableContext context =
                Context.current().withDeadline(Deadlines.after(Duration.ofMinutes(1)), AlarmTimer.INSTANCE);
        opened.atTheEnd(() -> context.cancel(null));

        context.run(() -> talk(way, CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMinutes(9))));

        assertThat(servedIn.get(10, TimeUnit.SECONDS).getDeadline().timeRemaining(TimeUnit.SECONDS))
                .isLessThanOrEqualTo(60);
    }

    @ParameterizedTest
    @EnumSource
    void neverBeginsWhatIsTooLate(Way way) throws Exception {
        talk(way, CallOptions.DEFAULT.withDeadlineAfter(Duration.ofNanos(1)));

        assertThat(told(atCaller, 1).getFirst()).startsWith("DEADLINE_EXCEEDED");
        assertThat(server.callsInFlight()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void eachEndRunsInAContextOfItsOwn(Way way) throws Exception {
        Context.current().withValue(WHERE, "here").run(() -> talk(way, CallOptions.DEFAULT));
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);

        assertThat(WHERE.get(servedIn.get())).isNull();
        Context.current().withValue(WHERE, "there").run(() -> handler.close(Status.OK, note("where")));
        assertThat(told(atCaller, 1)).containsExactly("OK null where");
        assertThat(heardIn.get(10, TimeUnit.SECONDS)).isEqualTo("here");
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatThrowsEndsItsCall(Way way) {
        start(way, (call, headers) -> {
            throw new IllegalStateException("secret");
        });

        call(way, CallOptions.DEFAULT);

        assertThat(told(atCaller, 1).getFirst()).startsWith("UNKNOWN").doesNotContain("secret");
    }

    @ParameterizedTest
    @EnumSource
    void aListenerThatThrowsEndsItsCall(Way way) throws Exception {
        start(way, this::serve);
        CompletableFuture<Status> closed = new CompletableFuture<>();
        ClientCall<String, String> call = open(way).newCall(TALK, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(String message) {
                        atCaller.add(message);
                        throw new IllegalStateException(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                new Metadata());
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);
        handler.sendHeaders(new Metadata());
        handler.sendMessage("what nobody can bear");
        handler.sendMessage("what is told to nobody");
        call.request(2);

        assertThat(closed.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.CANCELLED);
        await().until(handler::isCancelled);
        assertThat(atCaller).containsExactly("what nobody can bear");
    }

    @ParameterizedTest
    @EnumSource
    void aMethodThatNobodyServesIsUnimplemented(Way way) {
        start(way, this::serve);

        assertThatThrownBy(() -> Words.ask(open(way), "anybody?"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatDrainsEndsWhatItHasBegun(Way way) throws Exception {
        ClientCall<String, String> call = talk(way, CallOptions.DEFAULT);
        call.request(1);
        ServerCall<String, String> handler = served.get(10, TimeUnit.SECONDS);
        Thread draining = Thread.ofVirtual().start(() -> server.drain(Duration.ofSeconds(20)));
        await().untilAsserted(() -> assertThatThrownBy(
                        () -> ClientCalls.blockingUnaryCall(open(way), TALK, CallOptions.DEFAULT, "late"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE)));

        handler.close(Status.OK, note("whole"));

        assertThat(told(atCaller, 1)).containsExactly("OK null whole");
        assertThat(draining.join(Duration.ofSeconds(10))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatEndsCutsItsCalls(Way way) throws Exception {
        talk(way, CallOptions.DEFAULT);
        served.get(10, TimeUnit.SECONDS);

        server.close();

        assertThat(told(atCaller, 1).getFirst()).startsWith("UNAVAILABLE");
        assertThat(told(atServer, 1)).containsExactly("cancel");
    }

    @ParameterizedTest
    @EnumSource
    void aChannelThatIsShutDownEndsItsCallsAndTakesNoMore(Way way) throws Exception {
        start(way, this::serve);
        ManagedChannel channel = open(way);
        ClientCall<String, String> call = channel.newCall(TALK, CallOptions.DEFAULT);
        call.start(new Told(), new Metadata());
        served.get(10, TimeUnit.SECONDS);

        channel.shutdown();
        assertThat(channel.isTerminated()).isFalse();
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, TALK, CallOptions.DEFAULT, "late"))
                .isInstanceOf(StatusRuntimeException.class);
        channel.shutdownNow();

        assertThat(told(atCaller, 1).getFirst()).startsWith("UNAVAILABLE");
        assertThat(told(atServer, 1)).containsExactly("cancel");
        assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Begins a call whose handler leaves everything to the test. */
    private ClientCall<String, String> talk(Way way, CallOptions options) {
        start(way, this::serve);
        return call(way, options);
    }

    private ClientCall<String, String> call(Way way, CallOptions options) {
        ClientCall<String, String> call = open(way).newCall(TALK, options);
        call.start(new Told(), new Metadata());
        return call;
    }

    private void start(Way way, ServerCallHandler<String, String> handler) {
        server = opened.start(GrpcServer.builder("words")
                .listen("inprocess:///talk-" + way)
                .instruments(way.instruments())
                .service(ServerServiceDefinition.builder(Words.SERVICE)
                        .addMethod(TALK, handler)
                        .build()));
    }

    private ManagedChannel open(Way way) {
        return opened.channel("inprocess:///talk-" + way, way.instruments());
    }

    private ServerCall.Listener<String> serve(ServerCall<String, String> call, Metadata headers) {
        servedIn.complete(Context.current());
        served.complete(call);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(String message) {
                atServer.add(message);
            }

            @Override
            public void onHalfClose() {
                atServer.add("half-closed");
            }

            @Override
            public void onCancel() {
                atServer.removeIf("ready"::equals);
                atServer.add("cancel");
            }

            @Override
            public void onComplete() {
                atServer.removeIf("ready"::equals);
                atServer.add("complete");
            }

            @Override
            public void onReady() {
                atServer.add("ready");
            }
        };
    }

    private static Metadata note(String text) {
        Metadata metadata = new Metadata();
        metadata.put(NOTE, text);
        return metadata;
    }

    private static List<String> told(BlockingQueue<String> where, int count) {
        List<String> told = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> where.drainTo(told, count - told.size()) >= 0 && told.size() == count);
        return told;
    }

    /** Writes down what the caller is told. */
    private final class Told extends ClientCall.Listener<String> {
        @Override
        public void onHeaders(Metadata headers) {
            atCaller.add("headers " + headers.get(NOTE));
        }

        @Override
        public void onMessage(String message) {
            atCaller.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            heardIn.complete(String.valueOf(WHERE.get()));
            assertThat(status.getCause()).isNull();
            atCaller.add(status.getCode() + " " + status.getDescription() + " " + trailers.get(NOTE));
        }
    }

    /** Straight, or, because there are instruments, over the transport. */
    enum Way {
        STRAIGHT,
        TRANSPORT;

        Instruments instruments() {
            return this == STRAIGHT ? Instruments.NONE : FITTED;
        }
    }
}

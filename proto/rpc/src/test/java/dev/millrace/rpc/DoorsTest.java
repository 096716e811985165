package dev.millrace.rpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls.UnaryMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the public door and the inner doors do to a call. */
final class DoorsTest {
    @RegisterExtension
    final Opened opened = new Opened();

    private final AtomicReference<@Nullable Metadata> headers = new AtomicReference<>();
    private final AtomicReference<@Nullable Metadata> trailers = new AtomicReference<>();

    @Test
    void echoesTheCallersRequestIdOnAnAnswer() {
        Channel channel = with(MetadataKeys.REQUEST_ID, "mine-1", publicDoor(DoorsTest::tellIds));

        String ids = Words.ask(channel, "ids");

        assertThat(ids).startsWith("mine-1 ");
        assertThat(get(headers, MetadataKeys.REQUEST_ID)).isEqualTo("mine-1");
    }

    @Test
    void echoesTheRequestIdOnARefusalWithoutSendingHeaders() {
        Channel channel = with(
                MetadataKeys.REQUEST_ID,
                "mine-2",
                innerDoor((question, answer) ->
                        answer.onError(Fault.of(Status.Code.UNAVAILABLE, "words", "DRAINING", "going")
                                .toException())));

        assertThatThrownBy(() -> Words.ask(channel, "ids")).hasMessageContaining("going");

        assertThat(headers.get()).isNull();
        assertThat(get(trailers, MetadataKeys.REQUEST_ID)).isEqualTo("mine-2");
    }

    @Test
    void usesTheTurnAsRequestIdWhereTheCallerHasNone() {
        String[] ids = Words.ask(publicDoor(DoorsTest::tellIds), "ids").split(" ", -1);

        assertThat(ids[0]).isEqualTo(ids[1]).hasSize(36);
    }

    @Test
    void replacesARequestIdThatCannotBeLogged() {
        Channel channel = with(MetadataKeys.REQUEST_ID, "x".repeat(200), publicDoor(DoorsTest::tellIds));

        assertThat(Words.ask(channel, "ids").split(" ", -1)[0]).hasSize(36);
    }

    @Test
    void believesInnerHeadersOnlyAtInnerDoors() {
        assertThat(Words.ask(with(MetadataKeys.TENANT, "evil", innerDoor(DoorsTest::tellIds)), "ids"))
                .endsWith(" evil");
        assertThat(Words.ask(with(MetadataKeys.TENANT, "evil", publicDoor(DoorsTest::tellIds)), "ids"))
                .endsWith(" nobody");
    }

    @Test
    void removesEveryInnerHeaderAtThePublicDoor() {
        for (String name : List.of("x-millrace-clearance", "x-envoy-attempt-count", "x-millrace-any-bin")) {
            assertThat(InnerHeaderFilter.isInner(name)).as(name).isTrue();
        }
        assertThat(InnerHeaderFilter.isInner("x-request-id")).isFalse();
    }

    @Test
    void forwardsTheIdsOfTheCallToPeers() {
        Channel peer = innerDoor(DoorsTest::tellIds);
        Channel door = innerDoor((question, answer) ->
                CallContext.withTenant("acme").run(() -> answer(answer, Words.ask(peer, question))));

        String ids = Words.ask(with(MetadataKeys.TURN, "turn-7", door), "ids");

        assertThat(ids).isEqualTo("turn-7 turn-7 acme");
    }

    @Test
    void givesACallWithoutDeadlineTheLongestOne() {
        String remaining = Words.ask(
                publicDoor((question, answer) -> answer(
                        answer,
                        String.valueOf(Deadlines.remaining(
                                        Optional.ofNullable(Context.current().getDeadline())
                                                .orElseThrow())
                                .toSeconds()))),
                "how long");

        assertThat(Integer.parseInt(remaining)).isBetween(580, 590);
    }

    @Test
    void cancelsTheContextOfACallThatOutlivesTheCap() throws Exception {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        GrpcServer server = opened.start(GrpcServer.builder("words")
                .listen("inprocess:///capped")
                .intercept(new DeadlineCap("words", Duration.ofMillis(100)), new LastResort("words"))
                .service(Words.answering((question, answer) -> {
                    cancelled.complete(awaitCancel());
                    answer(answer, "late");
                })));

        Words.ask(opened.channel(server), "wait");

        assertThat(cancelled.get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** A proxy in front would tell its caller INTERNAL for a reset. */
    @Test
    void hearsAHandlerThatEndsItsCallRightAfterItsTime() {
        CompletableFuture<Duration> given = new CompletableFuture<>();
        Channel channel = overTheWire((question, answer) -> {
            given.complete(Deadlines.remaining(Deadlines.current()));
            awaitCancel();
            answer.onError(Fault.of(Status.Code.DEADLINE_EXCEEDED, "words", "LATE", "the words took too long")
                    .toException());
        });

        assertThatThrownBy(() -> Words.ask(withoutItsOwnClock("100m", channel), "wait"))
                .hasMessage("DEADLINE_EXCEEDED: the words took too long");
        assertThat(given).isCompletedWithValueMatching(left -> left.compareTo(Duration.ofMillis(100)) <= 0);
    }

    /** By itself gRPC resets such a call without a word. */
    @ParameterizedTest
    @MethodSource("noTimeouts")
    void refusesATimeoutThatIsNone(String timeout, String told) {
        Channel channel = overTheWire((question, answer) -> answer(answer, "taken"));

        assertThatThrownBy(() -> Words.ask(withoutItsOwnClock(timeout, channel), "in time"))
                .hasMessage("INVALID_ARGUMENT: grpc-timeout: " + told
                        + " (expected: up to 8 digits and H, M, S, m, u or n)");
        assertThat(Words.ask(channel, "again")).isEqualTo("taken");
    }

    private static Stream<Arguments> noTimeouts() {
        return Stream.of(
                Arguments.of("abc", "abc"),
                Arguments.of("5", "5"),
                Arguments.of("S", "S"),
                Arguments.of("123456789S", "123456789S"),
                Arguments.of("a b S", "a?b?S"),
                Arguments.of("x".repeat(8000), "x".repeat(16) + "?"));
    }

    @Test
    void resetsACallWhoseHandlerGoesOnAfterItsTime() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        opened.atTheEnd(never::countDown);
        Channel channel = overTheWire((question, answer) -> awaitQuietly(never));

        assertThatThrownBy(() -> Words.ask(withoutItsOwnClock("100m", channel), "wait"))
                .hasMessageStartingWith("CANCELLED")
                .hasMessageContaining("RST_STREAM");
    }

    @Test
    void subtractsWhatTheSidecarHasRepeated() {
        Metadata call = new Metadata();
        assertThat(MetadataKeys.attemptsLeft(call, 3)).isEqualTo(3);

        call.put(MetadataKeys.ATTEMPTS_LEFT, "2");
        call.put(MetadataKeys.SIDECAR_ATTEMPT, "2");
        assertThat(MetadataKeys.attemptsLeft(call, 3)).isEqualTo(1);

        call.discardAll(MetadataKeys.SIDECAR_ATTEMPT);
        call.put(MetadataKeys.SIDECAR_ATTEMPT, "9");
        assertThat(MetadataKeys.attemptsLeft(call, 3)).isZero();
    }

    private static boolean awaitCancel() {
        CountDownLatch end = new CountDownLatch(1);
        Context.current().addListener(context -> end.countDown(), Runnable::run);
        return awaitQuietly(end);
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void tellIds(String question, io.grpc.stub.StreamObserver<String> answer) {
        answer(
                answer,
                CallContext.requestId() + " " + CallContext.turn() + " "
                        + CallContext.tenant().orElse("nobody"));
    }

    private static void answer(io.grpc.stub.StreamObserver<String> observer, String text) {
        observer.onNext(text);
        observer.onCompleted();
    }

    private static @Nullable String get(AtomicReference<@Nullable Metadata> metadata, Metadata.Key<String> key) {
        Metadata found = metadata.get();
        return found == null ? null : found.get(key);
    }

    private static Channel with(Metadata.Key<String> key, String value, Channel channel) {
        Metadata more = new Metadata();
        more.put(key, value);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(more));
    }

    /** Tells the other side how long its caller waits, and waits for longer. */
    private static Channel withoutItsOwnClock(String timeout, Channel channel) {
        return with(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), timeout, channel);
    }

    private Channel overTheWire(UnaryMethod<String, String> ask) {
        return start("tcp://127.0.0.1:0", GrpcServer.builder("words").publicDoor(Duration.ofSeconds(30)), ask);
    }

    private Channel publicDoor(UnaryMethod<String, String> ask) {
        return start(GrpcServer.builder("words").publicDoor(Duration.ofSeconds(30)), ask);
    }

    private Channel innerDoor(UnaryMethod<String, String> ask) {
        return start(GrpcServer.builder("words").innerDoor(), ask);
    }

    private Channel start(GrpcServerBuilder builder, UnaryMethod<String, String> ask) {
        return start("inprocess:///door-" + Uuid7.mint(), builder, ask);
    }

    private Channel start(String address, GrpcServerBuilder builder, UnaryMethod<String, String> ask) {
        GrpcServer server = opened.start(builder.listen(address).service(Words.answering(ask)));
        return ClientInterceptors.intercept(
                opened.channel(server), MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    }
}

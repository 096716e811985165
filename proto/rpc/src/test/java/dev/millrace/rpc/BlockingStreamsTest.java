package dev.millrace.rpc;

import dev.millrace.rpc.BlockingStreamReader.Element;
import dev.millrace.rpc.BlockingStreamReader.End;
import dev.millrace.rpc.BlockingStreamReader.Silence;
import dev.millrace.rpc.BlockingStreamWriter.CallerGone;
import dev.millrace.rpc.BlockingStreamWriter.ReaderStalled;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The blocking ends of a stream, over both transports, which differ in how much they hold. */
final class BlockingStreamsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration NO_STALL = Duration.ofMinutes(1);

    private final List<Runnable> ends = new ArrayList<>();

    @AfterEach
    void end() {
        ends.reversed().forEach(Runnable::run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void deliversEveryElementInOrderAndThenTheEnd(String address) throws Exception {
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            for (int i = 0; i < 10_000; i++) {
                writer.write("word " + i);
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(reader.next(SOON)).isEqualTo(new Element<>("word " + i));
            }
            assertThat(reader.next(SOON)).isInstanceOf(End.class);
            assertThat(reader.next(SOON)).isInstanceOf(End.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void makesTheWriterWaitForAReaderThatPauses(String address) throws Exception {
        AtomicInteger written = new AtomicInteger();
        String kilobyte = "x".repeat(1024);
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            for (int i = 0; i < 2_000; i++) {
                writer.write(kilobyte);
                written.incrementAndGet();
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(reader.next(SOON)).isInstanceOf(Element.class);
            // Windows of 64 KiB, 32 KiB of the server's own buffer, and the elements asked for ahead.
            await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> written.get() < 300);
            int paused = written.get();

            int read = 1;
            while (reader.next(SOON) instanceof Element) {
                read++;
            }

            assertThat(paused).isGreaterThan(1);
            assertThat(read).isEqualTo(2_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void cutsAReaderThatAcceptsNothingForTheStallLimit(String address) throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        String kilobyte = "x".repeat(1024);
        ManagedChannel channel = serve(address, Duration.ofMillis(200), writer -> {
            try {
                while (true) {
                    writer.write(kilobyte);
                }
            } catch (ReaderStalled stalled) {
                thrown.complete(stalled);
                throw stalled;
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(thrown.get(10, TimeUnit.SECONDS)).hasMessage("the reader accepted nothing for 200 ms");
            assertThatThrownBy(() -> drain(reader))
                    .isInstanceOf(StatusRuntimeException.class)
                    .satisfies(failure -> assertThat(Fault.of(failure).is(TransportReason.READER_STALLED))
                            .isTrue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void tellsTheWriterThatTheReaderCancelled(String address) throws Exception {
        CompletableFuture<CallerGone> thrown = new CompletableFuture<>();
        CountDownLatch gone = new CountDownLatch(1);
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            writer.onGone(gone::countDown);
            try {
                while (true) {
                    writer.write("word");
                }
            } catch (CallerGone caught) {
                thrown.complete(caught);
                throw caught;
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(reader.next(SOON)).isInstanceOf(Element.class);
            reader.cancel("seen enough");

            assertThat(thrown.get(10, TimeUnit.SECONDS).deadlineExceeded()).isFalse();
            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> drain(reader)).hasMessageContaining("CANCELLED");
            assertThat(reader.isCancelled()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void releasesAWriterThatWaitsForSomethingElseWhenTheCallerGoes(String address) throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CompletableFuture<Boolean> wasGone = new CompletableFuture<>();
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            writer.write("first");
            writer.onGone(blocked::countDown);
            blocked.await();
            wasGone.complete(writer.isGone());
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(reader.next(SOON)).isEqualTo(new Element<>("first"));
        }

        assertThat(wasGone.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void tellsTheWriterThatTheDeadlineHasPassed(String address) throws Exception {
        CompletableFuture<CallerGone> thrown = new CompletableFuture<>();
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            try {
                while (true) {
                    writer.write("x".repeat(1024));
                }
            } catch (CallerGone caught) {
                thrown.complete(caught);
                throw caught;
            }
        });
        // Over a wire, a deadline that only the writer keeps: the reader's own timer would race with it.
        Metadata deadline = new Metadata();
        deadline.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "200m");
        Channel strict = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(deadline));
        CallOptions options = address.startsWith("inprocess")
                ? CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMillis(200))
                : CallOptions.DEFAULT;

        try (BlockingStreamReader<String> reader = BlockingStreamReader.open(strict, Words.TELL, options, "go")) {
            assertThat(reader.next(SOON)).isInstanceOf(Element.class);
            assertThat(thrown.get(10, TimeUnit.SECONDS).deadlineExceeded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void tellsTheReaderThatTheDeadlineHasPassed(String address) throws Exception {
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            writer.onGone(() -> released.complete(true));
            released.get();
        });
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMillis(200));

        try (BlockingStreamReader<String> reader = BlockingStreamReader.open(channel, Words.TELL, options, "go")) {
            assertThatThrownBy(() -> drain(reader))
                    .satisfies(failure -> assertThat(Fault.of(failure).is(TransportReason.HOP_DEADLINE_EXCEEDED))
                            .isTrue());
        }
        ends.add(() -> released.complete(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void deliversWhatCameBeforeAFault(String address) throws Exception {
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            writer.write("one");
            writer.write("two");
            throw Fault.of(Status.Code.ABORTED, "words", "ENGINE_FAILED", "no more words")
                    .toException();
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(reader.next(SOON)).isEqualTo(new Element<>("one"));
            assertThat(reader.next(SOON)).isEqualTo(new Element<>("two"));
            assertThatThrownBy(() -> reader.next(SOON))
                    .satisfies(failure ->
                            assertThat(Fault.of(failure).is("ENGINE_FAILED")).isTrue());
            assertThatThrownBy(() -> reader.next(SOON)).hasMessageContaining("no more words");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void showsNothingOfAnUnexpectedException(String address) throws Exception {
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            throw new IllegalArgumentException("the prompt was: secret");
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThatThrownBy(() -> reader.next(SOON)).satisfies(failure -> {
                Fault fault = Fault.of(failure);
                assertThat(fault.code()).isEqualTo(Status.Code.INTERNAL);
                assertThat(fault.is(TransportReason.UNEXPECTED)).isTrue();
                assertThat(fault.toString()).doesNotContain("secret");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void reportsSilenceAndThenGoesOn(String address) throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            heard.await();
            writer.write("late");
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(reader.next(Duration.ofMillis(50))).isInstanceOf(Silence.class);
            heard.countDown();
            assertThat(reader.next(SOON)).isEqualTo(new Element<>("late"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void cancelsTheCallWithItsContext(String address) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            writer.onGone(gone::countDown);
            writer.write("word");
            gone.await();
        });

        Context.CancellableContext context = Context.current().withCancellation();
        BlockingStreamReader<String> reader = context.call(() -> open(channel));
        assertThat(reader.next(SOON)).isEqualTo(new Element<>("word"));
        context.cancel(null);

        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void letsSeveralThreadsWriteWholeElements(String address) throws Exception {
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            Thread beats = Thread.ofVirtual().start(() -> writeQuietly(writer, "beat"));
            writeQuietly(writer, "word");
            beats.join();
        });

        int read = 0;
        try (BlockingStreamReader<String> reader = open(channel)) {
            while (reader.next(SOON) instanceof Element<String> element) {
                assertThat(element.value()).isIn("beat", "word");
                read++;
            }
        }

        assertThat(read).isEqualTo(2_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void elementsCanBeTakenOnTheirWayWhileTheReaderWaits(String address) throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        List<String> all = new ArrayList<>();
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            waits.await();
            for (int i = 0; i < 1_000; i++) {
                writer.write("word " + i);
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            Thread reading = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                await().until(() -> reading.getState() == Thread.State.WAITING);
                waits.countDown();
            });
            BlockingStreamReader.Read<String> read = reader.next(SOON, word -> {
                assertThat(Thread.currentThread()).isNotSameAs(reading);
                return all.add(word);
            });
            assertThat(read).isInstanceOf(End.class);
        }

        assertThat(all).hasSize(1_000).startsWith("word 0", "word 1").endsWith("word 999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void whatATakerThrowsIsThrownToTheReader(String address) throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            waits.await();
            writer.write("word");
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            Thread reading = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                await().until(() -> reading.getState() == Thread.State.WAITING);
                waits.countDown();
            });
            assertThatThrownBy(() -> reader.next(SOON, word -> {
                        throw new IllegalStateException("no room for " + word);
                    }))
                    .hasMessage("no room for word");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void whatIsNotTakenOnItsWayEndsTheWaitInItsPlace(String address) throws Exception {
        List<String> all = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            for (int i = 0; i < 10_000; i++) {
                writer.write("word " + i);
            }
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            while (reader.next(SOON, word -> !word.endsWith("7") && all.add(word)) instanceof Element<String> element) {
                all.add(element.value());
            }
        }

        for (int i = 0; i < 10_000; i++) {
            wanted.add("word " + i);
        }
        assertThat(all).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess:///words", "tcp://127.0.0.1:0"})
    void whatNobodyWantsIsNotOfferedPastTheTransportsRoom(String address) throws Exception {
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        String kilobyte = "x".repeat(1024);
        ManagedChannel channel = serve(address, NO_STALL, writer -> {
            int offered = 0;
            while (writer.offer(() -> kilobyte)) {
                offered++;
            }
            taken.complete(offered);
        });

        try (BlockingStreamReader<String> reader = open(channel)) {
            assertThat(taken.get(10, TimeUnit.SECONDS)).isBetween(0, 300);
            drain(reader);
        }
    }

    private static void writeQuietly(BlockingStreamWriter<String> writer, String word) {
        try {
            for (int i = 0; i < 1_000; i++) {
                writer.write(word);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drain(BlockingStreamReader<String> reader) throws InterruptedException {
        while (!(reader.next(SOON) instanceof End)) {
            // Elements that came before the end.
        }
    }

    private static BlockingStreamReader<String> open(ManagedChannel channel) {
        return BlockingStreamReader.open(channel, Words.TELL, CallOptions.DEFAULT, "go");
    }

    private ManagedChannel serve(String address, Duration stallLimit, BlockingStreamWriter.Body<String> body) {
        GrpcServer server = GrpcServer.builder("words")
                .listen(address)
                .innerDoor()
                .service(Words.telling((question, answer) -> BlockingStreamWriter.serve(answer, stallLimit, body)))
                .start();
        ends.add(server::close);
        ManagedChannel channel = Channels.open(server.addresses().getFirst().toString());
        ends.add(channel::shutdownNow);
        return channel;
    }
}

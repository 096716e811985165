package dev.millrace.rpc;

import dev.millrace.rpc.BlockingStreamReader.Element;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.millrace.rpc.WordStreams.SOON;
import static dev.millrace.rpc.WordStreams.drain;
import static dev.millrace.rpc.WordStreams.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How each end of a stream learns that it is over: cut, left, out of time, failed. */
final class StreamEndsTest {
    @RegisterExtension
    final WordStreams streams = new WordStreams();

    @OverBothTransports
    void cutsAReaderThatAcceptsNothingForTheStallLimit(String address) throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        String kilobyte = "x".repeat(1024);
        ManagedChannel channel = streams.serve(address, Duration.ofMillis(200), writer -> {
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

    @OverBothTransports
    void tellsTheWriterThatTheReaderCancelled(String address) throws Exception {
        CompletableFuture<CallerGone> thrown = new CompletableFuture<>();
        CountDownLatch gone = new CountDownLatch(1);
        ManagedChannel channel = streams.serve(address, writer -> {
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

    @OverBothTransports
    void releasesAWriterThatWaitsForSomethingElseWhenTheCallerGoes(String address) throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CompletableFuture<Boolean> wasGone = new CompletableFuture<>();
        ManagedChannel channel = streams.serve(address, writer -> {
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

    @OverBothTransports
    void cancelsTheCallWithItsContext(String address) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        ManagedChannel channel = streams.serve(address, writer -> {
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

    @OverBothTransports
    void tellsTheWriterThatTheDeadlineHasPassed(String address) throws Exception {
        CompletableFuture<CallerGone> thrown = new CompletableFuture<>();
        ManagedChannel channel = streams.serve(address, writer -> {
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

    @OverBothTransports
    void tellsTheReaderThatTheDeadlineHasPassed(String address) throws Exception {
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        ManagedChannel channel = streams.serve(address, writer -> {
            writer.onGone(() -> released.complete(true));
            released.get();
        });
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMillis(200));

        try (BlockingStreamReader<String> reader = BlockingStreamReader.open(channel, Words.TELL, options, "go")) {
            assertThatThrownBy(() -> drain(reader))
                    .satisfies(failure -> assertThat(Fault.of(failure).is(TransportReason.HOP_DEADLINE_EXCEEDED))
                            .isTrue());
        }
    }

    @OverBothTransports
    void deliversWhatCameBeforeAFault(String address) throws Exception {
        ManagedChannel channel = streams.serve(address, writer -> {
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

    @OverBothTransports
    void showsNothingOfAnUnexpectedException(String address) throws Exception {
        ManagedChannel channel = streams.serve(address, writer -> {
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
}

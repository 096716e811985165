package dev.millrace.rpc;

import dev.millrace.rpc.BlockingStreamWriter.CallerGone;
import dev.millrace.rpc.BlockingStreamWriter.ReaderStalled;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Answers of one element that lie in the transport until their reader takes them. */
final class UntakenAnswersTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String SHORT_ANSWER = "short";
    /** More than the windows and the sockets' buffers hold. */
    private static final String LONG_ANSWER = "0123456789abcdef".repeat(1 << 18);

    @RegisterExtension
    final Opened opened = new Opened();

    private final CompletableFuture<Boolean> handedOver = new CompletableFuture<>();

    @OverBothTransports
    void theWriterWaitsUntilItsReaderHasTakenAll(String address) throws Exception {
        Reader reader = new Reader(serve(address, LONG));
        await().during(Duration.ofMillis(300)).until(() -> !handedOver.isDone());

        reader.call.request(2);

        assertThat(handedOver.get(20, SECONDS)).isTrue();
        assertThat(reader.answer.get(20, SECONDS)).isEqualTo(LONG_ANSWER);
        assertThat(reader.end.get(20, SECONDS).isOk()).isTrue();
    }

    @OverBothTransports
    void aReaderThatTakesTooLongIsToldOf(String address) {
        new Reader(serve(address, Duration.ofMillis(300)));

        assertThatThrownBy(() -> handedOver.get(20, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ReaderStalled.class);
    }

    @OverBothTransports
    void aReaderThatLeavesIsToldOf(String address) {
        Reader reader = new Reader(serve(address, LONG));
        await().during(Duration.ofMillis(300)).until(() -> !handedOver.isDone());

        reader.call.cancel("left", null);

        assertThatThrownBy(() -> handedOver.get(20, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CallerGone.class);
    }

    @Test
    void overTheWireItsCallIsResetAndOthersOfTheConnectionAreNot() throws Exception {
        ManagedChannel channel = serve("tcp://127.0.0.1:0", Duration.ofMillis(300));
        Reader stalled = new Reader(channel);
        await().until(handedOver::isCompletedExceptionally);

        stalled.call.request(2);

        Status end = stalled.end.get(20, SECONDS);
        assertThat(end.getCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(end.getDescription()).contains("RST_STREAM");
        assertThat(stalled.answer).isNotDone();
        assertThat(Words.ask(channel, SHORT_ANSWER)).isEqualTo(SHORT_ANSWER);
    }

    private ManagedChannel serve(String address, Duration stallLimit) {
        return opened.channel(opened.start(GrpcServer.builder("words")
                .listen(address)
                .publicDoor(Duration.ofSeconds(30))
                .service(Words.answering((question, answer) -> {
                    String word = question.equals(SHORT_ANSWER) ? question : LONG_ANSWER;
                    BlockingStreamWriter.serve(answer, stallLimit, writer -> {
                        try {
                            writer.write(word);
                            writer.completeAndWait(word.length());
                            handedOver.complete(true);
                        } catch (ReaderStalled | CallerGone lost) {
                            handedOver.completeExceptionally(lost);
                            throw lost;
                        }
                    });
                }))));
    }

    /** Asks, and takes nothing before it is told to. */
    private static final class Reader extends ClientCall.Listener<String> {
        private final CompletableFuture<String> answer = new CompletableFuture<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final ClientCall<String, String> call;

        Reader(ManagedChannel channel) {
            call = channel.newCall(Words.ASK, CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.sendMessage("long");
            call.halfClose();
        }

        @Override
        public void onMessage(String message) {
            answer.complete(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }
    }
}

package dev.millrace.local.grpc;

import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerFramesTest {

    @Test
    void theTokenThatFindsItsCallerGoneWasMadeAllTheSame() throws Exception {
        Reader reader = new Reader();
        CompletableFuture<TokenUsage> made = new CompletableFuture<>();

        BlockingStreamWriter.serve(reader, BlockingStreamWriter.STALL_LIMIT, writer -> {
            AnswerFrames frames = new AnswerFrames(writer, Started.newBuilder());
            frames.delta(Delta.newBuilder().setText("one").build());
            reader.gone = true;
            try {
                frames.delta(Delta.newBuilder().setText("two").build());
            } finally {
                made.complete(frames.usageSoFar());
                assertThat(frames.deliveredDeltas()).isEqualTo(1);
            }
        });

        assertThat(made.get(10, TimeUnit.SECONDS).getOutputTokens()).isEqualTo(2);
    }

    /** Takes everything until it is gone. */
    private static final class Reader extends ServerCallStreamObserver<StreamCompletionResponse> {
        private volatile boolean gone;

        @Override
        public boolean isCancelled() {
            return gone;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            // It leaves without a word.
        }

        @Override
        public void setOnCloseHandler(Runnable handler) {
            // It leaves without a word.
        }

        @Override
        public void setCompression(String compression) {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            // It is always ready.
        }

        @Override
        public void disableAutoInboundFlowControl() {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public void request(int count) {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public void setMessageCompression(boolean enable) {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public void onNext(StreamCompletionResponse frame) {
            // Taken.
        }

        @Override
        public void onError(Throwable failure) {
            // It is not there to hear it.
        }

        @Override
        public void onCompleted() {
            // It is not there to hear it.
        }
    }
}

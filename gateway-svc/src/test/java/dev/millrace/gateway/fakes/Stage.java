package dev.millrace.gateway.fakes;

import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where a backend plays a script: one call. */
public record Stage(
        FakeBackend backend, StreamCompletionRequest request, BlockingStreamWriter<StreamCompletionResponse> writer) {
    private static final long WAIT_SECONDS_MAX = 20;

    public void waiting(Progress progress) throws InterruptedException {
        writer.write(StreamCompletionResponse.newBuilder().setProgress(progress).build());
    }

    public void begin() throws InterruptedException {
        writer.write(StreamCompletionResponse.newBuilder()
                .setStarted(Started.newBuilder()
                        .setModel(request.getModel())
                        .setEngine(backend.engine())
                        .setInputTokens(14))
                .build());
    }

    public void piece(String text) throws InterruptedException {
        writer.write(StreamCompletionResponse.newBuilder()
                .setDelta(Delta.newBuilder().setText(text))
                .build());
    }

    public void reasoning(String text) throws InterruptedException {
        writer.write(StreamCompletionResponse.newBuilder()
                .setDelta(Delta.newBuilder().setReasoning(text))
                .build());
    }

    public void end(int tokens) throws InterruptedException {
        end(tokens, FinishReason.FINISH_REASON_STOP);
    }

    public void end(int tokens, FinishReason reason) throws InterruptedException {
        complete(Completed.newBuilder()
                .addChoiceEnds(ChoiceEnd.newBuilder().setFinishReason(reason))
                .setUsage(TokenUsage.newBuilder()
                        .setInputTokens(14)
                        .setOutputTokens(tokens)
                        .setProvenance(UsageProvenance.USAGE_PROVENANCE_REPORTED)));
    }

    /** Ends at a limit, and says whose. */
    public void endCut(LengthCause cause) throws InterruptedException {
        complete(Completed.newBuilder()
                .addChoiceEnds(ChoiceEnd.newBuilder()
                        .setFinishReason(FinishReason.FINISH_REASON_LENGTH)
                        .setLengthCause(cause)));
    }

    /** Ends without a word of how, and without a count. */
    public void endSilently() throws InterruptedException {
        complete(Completed.newBuilder());
    }

    /** Ends as it should, without a count. */
    public void endUncounted() throws InterruptedException {
        complete(Completed.newBuilder()
                .addChoiceEnds(ChoiceEnd.newBuilder().setFinishReason(FinishReason.FINISH_REASON_STOP)));
    }

    private void complete(Completed.Builder completed) throws InterruptedException {
        writer.write(
                StreamCompletionResponse.newBuilder().setCompleted(completed).build());
    }

    public void hang() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        writer.onGone(gone::countDown);
        if (gone.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
            backend.noteCancelled();
        }
    }
}

package dev.millrace.relay.grpc;

import dev.millrace.relay.AnswerSink;
import dev.millrace.relay.Reason;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Writes an answer as frames. The lock keeps a late beat from following the first piece of the answer. */
final class AnswerFrames implements AnswerSink {
    private static final StreamCompletionResponse THINKING = StreamCompletionResponse.newBuilder()
            .setProgress(Progress.newBuilder().setThinking(Progress.Thinking.getDefaultInstance()))
            .build();

    private final BlockingStreamWriter<StreamCompletionResponse> writer;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean begun;

    AnswerFrames(BlockingStreamWriter<StreamCompletionResponse> writer) {
        this.writer = writer;
    }

    @Override
    public void retrying(int nextTry, Reason cause, Duration wait) throws InterruptedException {
        progress(StreamCompletionResponse.newBuilder()
                .setProgress(Progress.newBuilder()
                        .setRetrying(Progress.Retrying.newBuilder()
                                .setAttempt(nextTry)
                                .setCause(cause.name())
                                .setWait(WireTimes.toWire(wait))))
                .build());
    }

    @Override
    public void thinking() throws InterruptedException {
        progress(THINKING);
    }

    private void progress(StreamCompletionResponse frame) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!begun) {
                writer.write(frame);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void started(Beginning beginning) throws InterruptedException {
        Started.Builder started = Started.newBuilder()
                .setModel(beginning.model())
                .setEngine(beginning.provider())
                .setAttempt(beginning.tries())
                .addAllDroppedParameters(beginning.dropped());
        beginning.inputTokens().ifPresent(started::setInputTokens);
        lock.lockInterruptibly();
        try {
            begun = true;
        } finally {
            lock.unlock();
        }
        writer.write(StreamCompletionResponse.newBuilder().setStarted(started).build());
    }

    @Override
    public void delta(Delta delta) throws InterruptedException {
        writer.write(frame(delta));
    }

    @Override
    public boolean offer(Delta delta) {
        return writer.offer(() -> frame(delta));
    }

    private static StreamCompletionResponse frame(Delta delta) {
        return StreamCompletionResponse.newBuilder().setDelta(delta).build();
    }

    @Override
    public void completed(List<ChoiceEnd> ends, TokenUsage usage, int tries) throws InterruptedException {
        writer.write(StreamCompletionResponse.newBuilder()
                .setCompleted(Completed.newBuilder()
                        .addAllChoiceEnds(ends)
                        .setUsage(usage)
                        .setProviderTries(tries))
                .build());
        writer.complete();
    }
}

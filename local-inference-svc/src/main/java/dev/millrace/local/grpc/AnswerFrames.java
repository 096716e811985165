package dev.millrace.local.grpc;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.rpc.BlockingStreamWriter;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.completion.v1.Started;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import dev.millrace.schema.inference.v1.Completed;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer as frames in the order that the contract wants: progress while it waits, then Started together with the
 * first delta, deltas, and one Completed. It also counts what was handed over, for the cost of an answer that is cut.
 */
final class AnswerFrames implements Answer {
    private final BlockingStreamWriter<StreamCompletionResponse> writer;
    private final Started.Builder started;
    /** Keeps a beat that comes late from following the first token. */
    private final ReentrantLock order = new ReentrantLock();

    /** Whether the answer has begun. These counts belong to the engine's thread, and to the call's once that has ended. */
    private boolean answering;

    private volatile boolean loading;
    private long inputTokens = -1;
    private long outputTokens;
    private long deliveredDeltas;

    /** @param started what is known of the beginning before the engine speaks */
    AnswerFrames(BlockingStreamWriter<StreamCompletionResponse> writer, Started.Builder started) {
        this.writer = writer;
        this.started = started;
    }

    /** Which engine runs it, known once there is a slot; what an earlier one that refused has told is forgotten. */
    void engine(String name) {
        started.setEngine(name).clearInputTokens().clearDroppedParameters();
        inputTokens = -1;
        loading = false;
    }

    /** The call waits for a slot. */
    void queued(int position, @Nullable Duration expectedWait) throws InterruptedException {
        Progress.Queued.Builder queued = Progress.Queued.newBuilder().setPosition(Math.max(1, position));
        if (expectedWait != null) {
            queued.setExpectedWait(WireTimes.toWire(expectedWait));
        }
        progress(Progress.newBuilder().setQueued(queued));
    }

    /** The engine works; nothing is written once the answer has begun. */
    void beat() throws InterruptedException {
        progress(
                loading
                        ? Progress.newBuilder().setLoading(Progress.Loading.getDefaultInstance())
                        : Progress.newBuilder().setThinking(Progress.Thinking.getDefaultInstance()));
    }

    @Override
    public void loading(OptionalDouble fraction) throws InterruptedException {
        loading = true;
        Progress.Loading.Builder state = Progress.Loading.newBuilder();
        fraction.ifPresent(state::setFraction);
        progress(Progress.newBuilder().setLoading(state));
    }

    private void progress(Progress.Builder progress) throws InterruptedException {
        order.lockInterruptibly();
        try {
            if (!answering) {
                writer.write(StreamCompletionResponse.newBuilder()
                        .setProgress(progress)
                        .build());
            }
        } finally {
            order.unlock();
        }
    }

    @Override
    public void started(OptionalLong tokens, List<String> droppedParameters) {
        tokens.ifPresent(count -> {
            inputTokens = count;
            started.setInputTokens(count);
        });
        started.addAllDroppedParameters(droppedParameters);
    }

    @Override
    public void delta(Delta delta) throws InterruptedException {
        // The engine has made it, whether or not anybody is there to take it.
        outputTokens = delta.hasOutputTokens() ? delta.getOutputTokens() : outputTokens + 1;
        begin();
        writer.write(StreamCompletionResponse.newBuilder().setDelta(delta).build());
        deliveredDeltas++;
    }

    private void begin() throws InterruptedException {
        if (answering) {
            return;
        }
        order.lockInterruptibly();
        try {
            answering = true;
        } finally {
            order.unlock();
        }
        writer.write(StreamCompletionResponse.newBuilder().setStarted(started).build());
    }

    /** The last frame. */
    void completed(Ending ending) throws InterruptedException {
        begin();
        writer.write(StreamCompletionResponse.newBuilder()
                .setCompleted(Completed.newBuilder()
                        .addAllChoiceEnds(ending.choiceEnds())
                        .setUsage(ending.usage()))
                .build());
    }

    @Override
    public boolean isCancelled() {
        return writer.isGone();
    }

    @Override
    public void onCancel(Runnable action) {
        writer.onGone(action);
    }

    /** Whether the answer's first frame has left. */
    boolean hasBegun() {
        return answering;
    }

    long deliveredDeltas() {
        return deliveredDeltas;
    }

    /**
     * What the engine did for an answer that never came to its end, as far as it gave it. What an engine behind HTTP makes
     * before it notices that its caller has gone is not known here, and not guessed.
     */
    TokenUsage usageSoFar() {
        TokenUsage.Builder usage = TokenUsage.newBuilder()
                .setOutputTokens(outputTokens)
                .setProvenance(UsageProvenance.USAGE_PROVENANCE_COUNTED);
        if (inputTokens >= 0) {
            usage.setInputTokens(inputTokens);
        }
        return usage.build();
    }
}

package dev.millrace.relay.calls;

import dev.millrace.relay.AnswerSink;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.TokenCounter;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.UpstreamEvent;
import dev.millrace.relay.UpstreamEvent.Chunk;
import dev.millrace.relay.UpstreamEvent.Done;
import dev.millrace.relay.UpstreamEvent.EndOfBody;
import dev.millrace.relay.UpstreamEvent.Fault;
import dev.millrace.relay.UpstreamEvent.Finish;
import dev.millrace.relay.WireFormat;
import dev.millrace.relay.WireFormat.AnswerReader;
import dev.millrace.relay.WireFormat.Malformed;
import dev.millrace.relay.WireFormat.Written;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves one answer from the provider to its reader, and knows at every moment what has been relayed.
 *
 * <p>An answer is whole when every choice has a finish reason or the end mark was read; anything else that ends it is a
 * failure. Used by one thread at a time: pieces that need no wait are relayed by the one that brings them while its own waits.
 */
final class AnswerPump {
    /**
     * What takes longer to read than others should wait is left to the thread that waits. With what comes at once, of which the
     * upstream holds 8 KiB at most, it is no more than twice this.
     */
    private static final int ON_THE_WAY_BYTES_MAX = 8 << 10;

    private final CompletionCall call;
    private final ProviderModel model;
    private final WireFormat format;
    private final AnswerSink sink;
    private final TryWatch watch;
    private final int number;
    private final Written request;
    private final AnswerRoom room;
    private final AnswerAccount account;
    private boolean begun;
    private boolean limitReached;
    private boolean whole;
    /** What the thread that brought it has left to the one that waits. */
    private @Nullable UpstreamEvent left;
    /** What has ended the work of the thread that brought it, for the one that waits to meet. */
    private @Nullable Throwable broken;

    AnswerPump(
            CompletionCall call,
            ProviderModel model,
            WireFormat format,
            AnswerSink sink,
            TryWatch watch,
            int number,
            Written request,
            TokenCounter counter) {
        this.call = call;
        this.model = model;
        this.format = format;
        this.sink = sink;
        this.watch = watch;
        this.number = number;
        this.request = request;
        this.room = new AnswerRoom(call, request.logprobs(), counter);
        this.account = new AnswerAccount(call, model, room);
    }

    /** Relays until the answer ends: whole, or as a failure of the provider. */
    Outcome<Boolean> run(Upstream.Body body) throws IOException, InterruptedException {
        AnswerReader answer = format.answer(body);
        while (!limitReached) {
            watch.reading();
            UpstreamEvent event = awaited(answer, body);
            watch.handing();
            switch (event) {
                case Chunk chunk -> relay(chunk);
                case Fault fault -> {
                    return Outcome.failed(format.refusal(model, fault));
                }
                case Done done -> {
                    return ended();
                }
                case EndOfBody end -> {
                    return ended();
                }
            }
        }
        return Outcome.answered(true);
    }

    /** An end mark alone does not make an answer whole: each choice must have said why it ended. */
    private Outcome<Boolean> ended() {
        return account.isFinished()
                ? Outcome.answered(true)
                : Outcome.failed(Failure.sick(model.provider(), "ended its answer without an end")
                        .asRepeatable());
    }

    /** The next event that this thread has to see to; those that can do without it are relayed while it waits. */
    private UpstreamEvent awaited(AnswerReader answer, Upstream.Body body) throws IOException {
        UpstreamEvent event = next(answer);
        while (event == null) {
            try {
                body.await(() -> relayedNow(answer));
                throwIfBroken();
            } catch (IOException failure) {
                return doneOr(failure);
            }
            event = left == null ? next(answer) : left;
            left = null;
        }
        return event;
    }

    private void throwIfBroken() throws IOException {
        switch (broken) {
            case null -> {
                return;
            }
            case IOException failure -> throw failure;
            case Error fault -> throw fault;
            case RuntimeException fault -> throw fault;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    /** The next event, if it has come. A finished answer stays whole, whatever happens to the connection before the end mark. */
    private @Nullable UpstreamEvent next(AnswerReader answer) throws IOException {
        try {
            return answer.next();
        } catch (IOException failure) {
            return doneOr(failure);
        }
    }

    private UpstreamEvent doneOr(IOException failure) throws IOException {
        if (account.isFinished()) {
            return new Done();
        }
        throw failure;
    }

    /**
     * Relays what has come on the thread that brought it; false: some of it is left to the thread that waits. Bytes that make no
     * event, as comments that keep a connection open do, are silence all the same.
     */
    private boolean relayedNow(AnswerReader answer) {
        if (answer.begunBytes() > ON_THE_WAY_BYTES_MAX) {
            return false;
        }
        try {
            for (UpstreamEvent event = next(answer); event != null; event = next(answer)) {
                if (!isRelayedNow(event)) {
                    left = event;
                    return false;
                }
                watch.reading();
            }
            return true;
        } catch (IOException | RuntimeException | Error failure) {
            broken = failure;
            return false;
        }
    }

    /** A piece like most: the answer has begun, no limit is near, nothing has to be counted, and its reader takes it at once. */
    private boolean isRelayedNow(UpstreamEvent event) {
        if (!begun || !(event instanceof Chunk chunk) || chunk.deltas().size() != 1) {
            return false;
        }
        Delta piece = chunk.deltas().getFirst();
        if (!chunk.finishes().isEmpty()
                || chunk.usage().isPresent()
                || !isAsked(piece.getChoiceIndex())
                || piece.getContentCase() != Delta.ContentCase.TEXT
                || !piece.getLogprobsJson().isEmpty()
                || !room.isAmpleFor(piece)
                || !sink.offer(piece)) {
            return false;
        }
        account.take(chunk);
        room.takeChunk();
        room.take(piece);
        room.relayed().add(piece);
        return true;
    }

    private void relay(Chunk chunk) throws InterruptedException, Malformed {
        room.takeChunk();
        account.take(chunk);
        for (Delta piece : chunk.deltas()) {
            requireAsked(piece.getChoiceIndex());
            room.take(piece);
            if (room.isFull()) {
                limitReached = true;
                return;
            }
            relay(request.logprobs() ? piece : withoutLogprobs(piece));
        }
        for (Finish finish : chunk.finishes()) {
            requireAsked(finish.choice());
            account.take(finish);
        }
        limitReached = room.isOverrun() && !account.isFinished();
        if (account.isFinished()) {
            watch.finished();
        }
    }

    private void relay(Delta delta) throws InterruptedException {
        if (request.logprobs() || delta.getContentCase() != Delta.ContentCase.CONTENT_NOT_SET) {
            begin();
            sink.delta(delta);
            room.relayed().add(delta);
        }
    }

    private void requireAsked(int choice) throws Malformed {
        if (!isAsked(choice)) {
            throw new Malformed("an answer number " + choice + " (expected: 0 to " + (call.choiceCount() - 1) + ")");
        }
    }

    private boolean isAsked(int choice) {
        return choice >= 0 && choice < call.choiceCount();
    }

    /** What nobody asked for is not passed on: it is large, and charged to nobody. */
    private static Delta withoutLogprobs(Delta piece) {
        return piece.getLogprobsJson().isEmpty()
                ? piece
                : piece.toBuilder().clearLogprobsJson().build();
    }

    private void begin() throws InterruptedException {
        if (!begun) {
            begun = true;
            watch.begun();
            sink.started(new AnswerSink.Beginning(
                    account.model(), model.provider().name(), number, account.inputTokens(), request.dropped()));
        }
    }

    /**
     * Tells the reader that the answer is whole.
     *
     * @param toldBefore gets what it took before the reader does
     */
    void complete(Consumer<TokenUsage> toldBefore) throws InterruptedException {
        whole = true;
        begin();
        TokenUsage usage = usage();
        toldBefore.accept(usage);
        sink.completed(account.ends(limitReached), usage, number);
    }

    /** Whether the answer was ended here, at its limit, while the provider may go on. */
    boolean isCut() {
        return limitReached;
    }

    long delivered() {
        return room.relayed().pieces();
    }

    /** What the answer took so far: as reported, else counted from what was relayed, else estimated. */
    TokenUsage usage() {
        return account.usage(begun, whole);
    }
}

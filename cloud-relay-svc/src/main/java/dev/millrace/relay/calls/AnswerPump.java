package dev.millrace.relay.calls;

import dev.millrace.relay.AnswerSink;
import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.Failure;
import dev.millrace.relay.Outcome;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.TokenCounter;
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
import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.FinishReason;
import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Moves one answer from the provider to its reader, and knows at every moment what has been relayed.
 *
 * <p>An answer is whole when every choice has a finish reason or the end mark was read; anything else that ends it is a
 * failure. Used by one thread.
 */
final class AnswerPump {
    /** Far more than any tokenizer puts into a token. */
    private static final long TOKEN_BYTES_MAX = 64;
    /** The same with log probabilities: the names and figures of up to 20 other tokens. */
    private static final long TOKEN_BYTES_WITH_LOGPROBS_MAX = 4 << 10;
    /** Where nobody has set a limit; no model writes more. */
    private static final long TOKENS_MAX = 1 << 20;
    /** Room for short answers, and for chunks that say nothing. */
    private static final long BYTES_SPARE = 1 << 20;

    private static final long CHUNK_BYTES = 16;

    private final CompletionCall call;
    private final ProviderModel model;
    private final WireFormat format;
    private final AnswerSink sink;
    private final TryWatch watch;
    private final int number;
    private final List<String> dropped;
    private final OptionalLong limit;
    private final boolean logprobs;
    private long bytesLeft;
    private final TokenMeter meter;
    private final Map<Integer, String> finishes = new TreeMap<>();
    private Optional<TokenUsage> reported = Optional.empty();
    private String wireName = "";
    private boolean begun;
    private boolean limitReached;
    private boolean whole;

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
        this.dropped = request.dropped();
        this.logprobs = request.logprobs();
        this.meter = new TokenMeter(counter);
        OptionalLong each = call.outputTokensMax();
        limit = each.isPresent() ? OptionalLong.of(each.getAsLong() * call.choiceCount()) : each;
        bytesLeft = BYTES_SPARE
                + Math.min(limit.orElse(TOKENS_MAX), TOKENS_MAX)
                        * (logprobs ? TOKEN_BYTES_WITH_LOGPROBS_MAX : TOKEN_BYTES_MAX);
    }

    /** Relays until the answer ends: whole, or as a failure of the provider. */
    Outcome<Boolean> run(AnswerReader answer) throws IOException, InterruptedException {
        while (!limitReached) {
            watch.reading();
            UpstreamEvent event = next(answer);
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
        return isFinished()
                ? Outcome.answered(true)
                : Outcome.failed(Failure.sick(model.provider(), "ended its answer without an end")
                        .asRepeatable());
    }

    /** A finished answer stays whole, whatever happens to the connection before the end mark. */
    private UpstreamEvent next(AnswerReader answer) throws IOException {
        try {
            return answer.next();
        } catch (IOException broken) {
            if (isFinished()) {
                return new Done();
            }
            throw broken;
        }
    }

    private void relay(Chunk chunk) throws InterruptedException, Malformed {
        bytesLeft -= CHUNK_BYTES;
        if (!chunk.model().isEmpty()) {
            wireName = chunk.model();
        }
        if (chunk.usage().isPresent()) {
            reported = chunk.usage();
        }
        for (Delta piece : chunk.deltas()) {
            requireAsked(piece.getChoiceIndex());
            bytesLeft -= piece.getSerializedSize();
            if (isAtLimit()) {
                limitReached = true;
                return;
            }
            Delta delta = logprobs ? piece : withoutLogprobs(piece);
            if (logprobs || delta.getContentCase() != Delta.ContentCase.CONTENT_NOT_SET) {
                begin();
                sink.delta(delta);
                meter.add(delta);
            }
        }
        for (Finish finish : chunk.finishes()) {
            requireAsked(finish.choice());
            finishes.putIfAbsent(finish.choice(), finish.word());
        }
        limitReached = bytesLeft < 0 && !isFinished();
        if (isFinished()) {
            watch.finished();
        }
    }

    /** By tokens; and by bytes, because not everything that a provider may send for ever holds tokens. */
    private boolean isAtLimit() {
        return bytesLeft < 0 || (limit.isPresent() && meter.pieces() > 0 && meter.reached(limit.getAsLong()));
    }

    private void requireAsked(int choice) throws Malformed {
        if (choice < 0 || choice >= call.choiceCount()) {
            throw new Malformed("an answer number " + choice + " (expected: 0 to " + (call.choiceCount() - 1) + ")");
        }
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
            OptionalLong input = reported.isPresent() && reported.get().hasInputTokens()
                    ? OptionalLong.of(reported.get().getInputTokens())
                    : OptionalLong.empty();
            String name = wireName.isEmpty() ? model.wireName() : wireName;
            sink.started(new AnswerSink.Beginning(name, model.provider().name(), number, input, dropped));
        }
    }

    private boolean isFinished() {
        return finishes.size() >= call.choiceCount();
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
        sink.completed(ends(), usage, number);
    }

    private List<ChoiceEnd> ends() {
        List<ChoiceEnd> ends = new ArrayList<>(1);
        for (int choice = 0; choice < call.choiceCount(); choice++) {
            ends.add(end(choice));
        }
        return ends;
    }

    private ChoiceEnd end(int choice) {
        String word = finishes.getOrDefault(choice, "");
        FinishReason reason = limitReached && !finishes.containsKey(choice)
                ? FinishReason.FINISH_REASON_LENGTH
                : FinishWords.reason(word);
        ChoiceEnd.Builder end =
                ChoiceEnd.newBuilder().setIndex(choice).setFinishReason(reason).setBackendFinishReason(word);
        if (reason == FinishReason.FINISH_REASON_LENGTH && limit.isPresent()) {
            end.setLengthCause(
                    call.budgetRules() ? LengthCause.LENGTH_CAUSE_BUDGET : LengthCause.LENGTH_CAUSE_MAX_OUTPUT_TOKENS);
        }
        return end.build();
    }

    /** Whether the answer was ended here, at its limit, while the provider may go on. */
    boolean isCut() {
        return limitReached;
    }

    long delivered() {
        return meter.pieces();
    }

    /** What the answer took so far: as reported, else counted from what was relayed, else estimated. */
    TokenUsage usage() {
        if (whole && reported.isPresent() && reported.get().hasOutputTokens()) {
            return reported.get().hasInputTokens() ? reported.get() : withEstimatedInput(reported.get());
        }
        TokenUsage.Builder usage = reported.map(TokenUsage::toBuilder)
                .orElseGet(TokenUsage::newBuilder)
                .clearReasoningTokens();
        if (!usage.hasInputTokens()) {
            call.estimatedInputTokens().ifPresent(usage::setInputTokens);
        }
        usage.setOutputTokens(meter.reported().orElseGet(meter::tokens));
        return usage.setProvenance(
                        begun ? UsageProvenance.USAGE_PROVENANCE_COUNTED : UsageProvenance.USAGE_PROVENANCE_ESTIMATED)
                .build();
    }

    /** A provider that counts only what it wrote has read the prompt all the same. */
    private TokenUsage withEstimatedInput(TokenUsage half) {
        return call.estimatedInputTokens().isEmpty()
                ? half
                : half.toBuilder()
                        .setInputTokens(call.estimatedInputTokens().getAsLong())
                        .setProvenance(UsageProvenance.USAGE_PROVENANCE_ESTIMATED)
                        .build();
    }
}

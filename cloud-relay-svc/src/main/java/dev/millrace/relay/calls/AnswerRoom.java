package dev.millrace.relay.calls;

import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.TokenCounter;
import dev.millrace.schema.completion.v1.Delta;
import java.util.OptionalLong;

/** How much more of an answer may come: by tokens; and by bytes, because not everything that a provider may send for ever holds tokens. */
final class AnswerRoom {
    /** Far more than any tokenizer puts into a token. */
    private static final long TOKEN_BYTES_MAX = 64;
    /** The same with log probabilities: the names and figures of up to 20 other tokens. */
    private static final long TOKEN_BYTES_WITH_LOGPROBS_MAX = 4 << 10;
    /** Where nobody has set a limit; no model writes more. */
    private static final long TOKENS_MAX = 1 << 20;
    /** Room for short answers, and for chunks that say nothing. */
    private static final long BYTES_SPARE = 1 << 20;

    private static final long CHUNK_BYTES = 16;

    private final OptionalLong limit;
    private final TokenMeter meter;
    private long bytesLeft;

    AnswerRoom(CompletionCall call, boolean logprobs, TokenCounter counter) {
        OptionalLong each = call.outputTokensMax();
        limit = each.isPresent() ? OptionalLong.of(each.getAsLong() * call.choiceCount()) : each;
        meter = new TokenMeter(counter);
        bytesLeft = BYTES_SPARE
                + Math.min(limit.orElse(TOKENS_MAX), TOKENS_MAX)
                        * (logprobs ? TOKEN_BYTES_WITH_LOGPROBS_MAX : TOKEN_BYTES_MAX);
    }

    /** Of all choices together. */
    OptionalLong tokensMax() {
        return limit;
    }

    /** A chunk has come, whatever is in it. */
    void takeChunk() {
        bytesLeft -= CHUNK_BYTES;
    }

    /** A piece has come. */
    void take(Delta piece) {
        bytesLeft -= piece.getSerializedSize();
    }

    /** Whether the piece that has come last has no room any more. */
    boolean isFull() {
        return isOverrun() || (limit.isPresent() && meter.pieces() > 0 && meter.reached(limit.getAsLong()));
    }

    boolean isOverrun() {
        return bytesLeft < 0;
    }

    /** Whether a chunk with this piece of text alone has room by far, so that nothing has to be counted to know it. */
    boolean isAmpleFor(Delta piece) {
        return CHUNK_BYTES + piece.getSerializedSize() <= bytesLeft && meter.isFarFrom(limit, piece.getText());
    }

    /** What was relayed of it. */
    TokenMeter relayed() {
        return meter;
    }
}

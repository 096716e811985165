package dev.millrace.gateway;

import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.ToolCall;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The tokens that an attempt takes at worst: the one estimate behind limits, context checks and holds.
 *
 * @param inputTokens tokens of the prompt, without margin
 * @param outputTokens the most tokens of all its answers
 */
public record TokenNeed(long inputTokens, long outputTokens) {

    private static final long OUTPUT_TOKENS_DEFAULT = 4096;
    private static final long TOKENS_PER_IMAGE = 1_500;
    private static final long BYTES_PER_TOKEN_WITHOUT_CLASSIFIER = 3;
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    /** What a prompt needs on a model; {@code estimated} is the classifier's count, where it gave one. */
    public static TokenNeed of(TurnRequest request, OptionalLong estimated, Catalogue.Entry model) {
        return new TokenNeed(input(request, estimated), output(request, model.maxOutputTokens()));
    }

    /** The prompt's tokens. */
    public static long input(TurnRequest request, OptionalLong estimated) {
        long images = request.messages().stream()
                .flatMap(message -> message.getPartsList().stream())
                .filter(ContentPart::hasImage)
                .count();
        return estimated.orElseGet(() -> textBytes(request) / BYTES_PER_TOKEN_WITHOUT_CLASSIFIER + 1)
                + images * TOKENS_PER_IMAGE;
    }

    private static long output(TurnRequest request, OptionalLong modelMax) {
        long each = request.sampling().hasMaxOutputTokens()
                ? request.sampling().getMaxOutputTokens()
                : OUTPUT_TOKENS_DEFAULT;
        long choices = request.sampling().hasChoiceCount() ? request.sampling().getChoiceCount() : 1;
        return Math.max(1, Math.min(each, modelMax.orElse(Long.MAX_VALUE))) * Math.max(1, choices);
    }

    private static long textBytes(TurnRequest request) {
        long bytes = 0;
        for (Message message : request.messages()) {
            for (ContentPart part : message.getPartsList()) {
                bytes += bytes(part.getText()) + bytes(part.getOtherJson());
            }
            for (ToolCall call : message.getToolCallsList()) {
                bytes += bytes(call.getArguments());
            }
        }
        return bytes;
    }

    /** How many bytes a text has on the wire: what tokens grow with, in every script. */
    public static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            bytes += unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate(unit) ? 2 : 3;
        }
        return bytes;
    }

    /** The prompt's tokens with the margin that a hold needs: a quarter more. */
    public long inputTokensToHold() {
        return inputTokens + (inputTokens + 3) / 4;
    }

    /** The cost at worst, nano-USD, rounded up once; empty without a price. */
    public OptionalLong costNanoUsd(Optional<Catalogue.Price> price) {
        return price.map(row -> OptionalLong.of(cost(row))).orElse(OptionalLong.empty());
    }

    private long cost(Catalogue.Price price) {
        BigInteger sum = product(inputTokensToHold(), price.inputNanoUsdPerMillion())
                .add(product(outputTokens, price.outputNanoUsdPerMillion()));
        BigInteger rounded = sum.add(MILLION).subtract(BigInteger.ONE).divide(MILLION);
        return rounded.bitLength() < Long.SIZE ? rounded.longValue() : Long.MAX_VALUE;
    }

    private static BigInteger product(long tokens, long nanoUsdPerMillion) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(nanoUsdPerMillion));
    }
}

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

    /** Of a model of which neither maximum nor window is known: as many as the largest models write in one answer. */
    private static final long OUTPUT_TOKENS_UNKNOWN_MODEL = 131_072;

    /** The most that billing takes for one attempt. */
    private static final long OUTPUT_TOKENS_HELD_MAX = 100_000_000;

    private static final long TOKENS_PER_IMAGE = 1_500;
    private static final long BYTES_PER_TOKEN_WITHOUT_CLASSIFIER = 3;
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    /** What a prompt needs on a model; {@code estimated} is the classifier's count, where it gave one. */
    public static TokenNeed of(TurnRequest request, OptionalLong estimated, Catalogue.Entry model) {
        return new TokenNeed(input(request, estimated), output(request, model));
    }

    /** The prompt's tokens. */
    private static long input(TurnRequest request, OptionalLong estimated) {
        return estimated.orElseGet(() -> textBytes(request) / BYTES_PER_TOKEN_WITHOUT_CLASSIFIER + 1)
                + images(request) * TOKENS_PER_IMAGE;
    }

    /** The images of a prompt. */
    public static long images(TurnRequest request) {
        long images = 0;
        for (Message message : request.messages()) {
            for (ContentPart part : message.getPartsList()) {
                images += part.hasImage() ? 1 : 0;
            }
        }
        return images;
    }

    /** What generation is stopped at as well, so that no answer costs more than what is held for it. */
    private static long output(TurnRequest request, Catalogue.Entry model) {
        long each = request.sampling().hasMaxOutputTokens()
                ? Math.min(request.sampling().getMaxOutputTokens(), outputMax(model))
                : Math.min(OUTPUT_TOKENS_DEFAULT, model.maxOutputTokens().orElse(OUTPUT_TOKENS_DEFAULT));
        long choices = request.sampling().hasChoiceCount() ? request.sampling().getChoiceCount() : 1;
        return Math.min(Math.max(1, each) * Math.max(1, choices), OUTPUT_TOKENS_HELD_MAX);
    }

    /** Many callers say "no limit" with a huge number: it must not set a whole budget aside. */
    private static long outputMax(Catalogue.Entry model) {
        return model.maxOutputTokens().orElseGet(() -> model.contextLength().orElse(OUTPUT_TOKENS_UNKNOWN_MODEL));
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

package dev.millrace.gateway.flow;

import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.TokenUsage;
import dev.millrace.schema.completion.v1.UsageProvenance;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a cut turn is charged by. */
final class RelayedTest {
    private final Relayed relayed = new Relayed(OptionalLong.of(7));

    @Test
    void theBackendsOwnCountIsACount() {
        LongStream.of(2, 5).forEach(count -> tell(delta("word ").setOutputTokens(count)));

        assertThat(relayed.told()).contains(usage(5, UsageProvenance.USAGE_PROVENANCE_COUNTED));
    }

    @Test
    void aPieceThatNobodyCountedMakesTheWholeAnEstimate() {
        tell(delta("counted").setOutputTokens(1));
        tell(delta(" not"));

        assertThat(relayed.told()).contains(usage(2, UsageProvenance.USAGE_PROVENANCE_ESTIMATED));
    }

    @Test
    void whatWasNotToldIsNotCharged() {
        relayed.came(delta("held back").build());

        assertThat(relayed.told()).isEmpty();
        assertThat(relayed.given()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "~ the~, 1",
                "~ understanding~, 1",
                "~\n\n~, 1",
                "~ two words~, 2",
                "~The quick brown fox jumps over the lazy dog and runs away.~, 14",
                "~敏捷的棕色狐狸跳过了那只懒狗然后跑开~, 13",
                "~的~, 1"
            })
    void aPieceOfManyWordsIsManyTokens(String text, long tokens) {
        tell(delta(text));

        assertThat(relayed.told().orElseThrow().getOutputTokens()).isEqualTo(tokens);
    }

    private void tell(Delta.Builder delta) {
        Delta piece = delta.build();
        relayed.came(piece);
        relayed.told(piece);
    }

    private static Delta.Builder delta(String text) {
        return Delta.newBuilder().setText(text);
    }

    private static TokenUsage usage(long output, UsageProvenance provenance) {
        return TokenUsage.newBuilder()
                .setInputTokens(7)
                .setOutputTokens(output)
                .setProvenance(provenance)
                .build();
    }
}

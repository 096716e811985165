package dev.millrace.local.embeddings;

import dev.millrace.local.LocalModel.State;
import dev.millrace.local.Vectors;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class MiniLmEngineTest {
    @TempDir
    static Path cache;

    private static MiniLmEngine engine;

    @BeforeAll
    static void open() {
        engine = new MiniLmEngine(new EmbeddingsConfig(true, 256, 1), cache);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void isNotLoadedBeforeItsFirstUse() {
        try (MiniLmEngine fresh = new MiniLmEngine(new EmbeddingsConfig(true, 256, 1), cache)) {
            assertThat(fresh.models().getFirst().state()).isEqualTo(State.COLD);
        }
    }

    @Test
    void putsSentencesOfOneMeaningCloserThanOthers() throws Exception {
        Vectors vectors = engine.embed(
                MiniLmEngine.MODEL,
                List.of("The cat sat on the mat.", "A kitten rests on a rug.", "Quarterly revenue rose by 8 percent."),
                () -> false);

        double similar = dot(vectors.vectors().get(0), vectors.vectors().get(1));
        double different = dot(vectors.vectors().get(0), vectors.vectors().get(2));

        assertThat(similar).isGreaterThan(different + 0.3);
        assertThat(vectors.vectors()).allSatisfy(vector -> {
            assertThat(vector).hasSize(384);
            assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
        });
        assertThat(vectors.inputTokens().orElseThrow()).isBetween(20L, 40L);
    }

    @Test
    void boundsTheWorkOfAHugeText() throws Exception {
        Vectors vectors = engine.embed(MiniLmEngine.MODEL, List.of("word ".repeat(500_000)), () -> false);

        assertThat(vectors.inputTokens()).hasValue(256);
    }

    @Test
    void stopsOnceNobodyWaits() {
        assertThatThrownBy(() -> engine.embed(MiniLmEngine.MODEL, List.of("a", "b"), () -> true))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void cutsWordsAsTheModelLearnedThem() throws Exception {
        try (InputStream tokenizer = MiniLmEngineTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
            WordPieces pieces = WordPieces.read(java.util.Objects.requireNonNull(tokenizer));

            // hello 7592, world 2088, ! 999, em 7861, ##bed 8270, ##ding 4667, cafe 7668 in the published vocabulary.
            assertThat(pieces.cut("Hello, World!", 16)).containsExactly(101, 7592, 1010, 2088, 999, 102);
            assertThat(pieces.cut("embedding Café", 16)).containsExactly(101, 7861, 8270, 4667, 7668, 102);
            assertThat(pieces.cut("one two three four", 4)).hasSize(4).endsWith(102);
            assertThat(pieces.cut("x".repeat(200), 16)).containsExactly(101, 100, 102);
        }
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}

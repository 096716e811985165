package dev.millrace.classifier.embedding;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Runs the shipped model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SentenceModelTest {

    private SentenceModel model;

    @BeforeAll
    void load() throws IOException, OrtException {
        model = SentenceModel.load(Path.of("target", "cache"));
    }

    @AfterAll
    void close() throws OrtException {
        model.close();
    }

    @Test
    void cutsTextsAsTheModelWasTrained() {
        assertThat(model.pieces("Hello, World!")).containsExactly(101, 7592, 1010, 2088, 999, 102);
        assertThat(model.pieces("Café embeddings")).containsExactly(101, 7668, 7861, 8270, 4667, 2015, 102);
        assertThat(model.pieces("")).containsExactly(101, 102);
    }

    @Test
    void readsABoundedPartOfALongText() {
        assertThat(model.pieces("word ".repeat(100_000))).hasSize(64);
        assertThat(model.pieces("x".repeat(1_000_000))).hasSizeLessThanOrEqualTo(64);
        assertThat(model.pieces("\ud800\udfff?".repeat(10_000))).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void likeMeaningsAreNearAndUnlikeOnesFar() throws OrtException {
        float[] question = vector("How do I reset my password?");

        assertThat(product(question, vector("I forgot my password, what now?"))).isGreaterThan(0.6);
        assertThat(product(question, vector("Prove that there are infinitely many primes.")))
                .isLessThan(0.2);
    }

    @Test
    void vectorsHaveLengthOneAndAreTheSameEveryTime() throws OrtException {
        float[] vector = vector("What are your opening hours?");

        assertThat(product(vector, vector)).isCloseTo(1, within(1e-5));
        assertThat(vector("What are your opening hours?")).isEqualTo(vector);
    }

    private float[] vector(String text) throws OrtException {
        return model.embed(model.pieces(text));
    }

    private static double product(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}

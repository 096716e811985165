package dev.millrace.classifier.intent;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ByteRowsTest {

    private static final int ROWS = 700;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 151})
    void addsLikeOneByOne(int columns) throws IOException {
        byte[] weights = new byte[ROWS * columns];
        new Random(columns).nextBytes(weights);
        ByteRows table = read(weights, columns);

        for (int count : new int[] {0, 1, 255, 256, 257, ROWS}) {
            int[] rows = IntStream.range(ROWS - count, ROWS).toArray();
            int[] expected = new int[columns];
            for (int row : rows) {
                Arrays.setAll(expected, column -> expected[column] + weights[row * columns + column]);
            }

            assertThat(table.sums(rows)).as("%d rows", count).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(bytes = {-128, 127})
    void theLargestSumsFit(byte weight) throws IOException {
        byte[] weights = new byte[ROWS * 9];
        Arrays.fill(weights, weight);

        assertThat(read(weights, 9).sums(IntStream.range(0, ROWS).toArray())).containsOnly(ROWS * weight);
    }

    @Test
    void refusesATableThatIsCutOff() {
        assertThatThrownBy(() -> ByteRows.read(in(new byte[17]), 2, 9))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("17 weights (expected: 18)");
    }

    private static ByteRows read(byte[] weights, int columns) throws IOException {
        return ByteRows.read(in(weights), ROWS, columns);
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}

package dev.millrace.classifier.intent;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ByteLayerTest {

    /** Two inputs, three outputs. */
    private static final byte[] FILE = ByteBuffer.allocate(30)
            .putFloat(0.5f)
            .putFloat(1)
            .putFloat(2)
            .putFloat(0)
            .putFloat(0.25f)
            .putFloat(-1)
            .put(new byte[] {2, -1, 127, 4, 3, -127})
            .array();

    @Test
    void addsTheWeightedInputsToTheBiases() throws IOException {
        ByteLayer layer = ByteLayer.read(in(FILE), 2, 3);

        assertThat(layer.sums(new float[] {1, 2})).containsExactly(6, 10, -32.75f);
        assertThat(layer.sums(new float[] {0, 0})).containsExactly(1, 0, -1);
    }

    @Test
    void refusesAVectorOfAnotherLength() throws IOException {
        ByteLayer layer = ByteLayer.read(in(FILE), 2, 3);

        assertThatThrownBy(() -> layer.sums(new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 components (expected: 2)");
    }

    @Test
    void refusesALayerThatIsCutOff() {
        assertThatThrownBy(() -> ByteLayer.read(in(FILE), 3, 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("weights (expected: 9)");
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}

package dev.millrace.classifier.score;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RouterHeadFileTest {

    @Test
    void readsTheShippedWeights() {
        RouterHead head = RouterHeadFile.load();

        assertThat(head.name()).isEqualTo("router-head-v4");
        assertThat(head.members()).hasSize(12);
        assertThat(head.lengthWeight()).isPositive();
    }

    @Test
    void refusesWeightsOfWhichOneDigitWasChanged() throws IOException {
        String changed = shipped().replaceFirst("length-weight 0\\.0", "length-weight 0.2");

        assertThatThrownBy(() -> RouterHeadFile.parse(changed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void refusesWeightsThatWereCutOff() throws IOException {
        String text = shipped();
        String cut = text.substring(0, text.length() / 2);

        assertThatThrownBy(() -> RouterHeadFile.parse(cut)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String shipped() throws IOException {
        try (InputStream in = RouterHead.class.getResourceAsStream(RouterHead.RESOURCE)) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

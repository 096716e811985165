package dev.millrace.local.servers;

import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"-1", "100000001", "9223372036854775807", "\"7\"", "null"})
    void aCountThatNoEngineCanHaveMadeIsUnknown(String count) throws IOException {
        assertThat(Json.parse(count).tokens()).isEmpty();
    }

    @Test
    void zeroTokensAreZero() throws IOException {
        assertThat(Json.parse("0").tokens()).isEqualTo(OptionalLong.of(0));
    }
}

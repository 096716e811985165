package dev.millrace.local;

import dev.millrace.schema.completion.v1.LengthCause;
import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class GenerationTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | ''",
                "{\"foo_bar\":1,\"nested\":{\"a\":[{\"b\":2}]},\"last\":null} | foo_bar,nested,last",
                "{} | ''",
                "{\"cut | extra_parameters_json"
            })
    void namesTheExtraParameters(String json, String names) {
        Generation generation = new Generation(
                "m",
                List.of(),
                SamplingParameters.getDefaultInstance(),
                List.of(),
                ToolChoice.getDefaultInstance(),
                ResponseFormat.getDefaultInstance(),
                1,
                LengthCause.LENGTH_CAUSE_UNSPECIFIED,
                OptionalLong.empty(),
                json);

        assertThat(String.join(",", generation.extraParameterNames())).isEqualTo(names);
    }
}

package dev.millrace.local.app;

import dev.millrace.runtime.Home;
import dev.millrace.runtime.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class EngineCheckTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "olama=http://127.0.0.1:11434 | no engine is of kind \"olama\" (expected: ollama, openai, llama-server, vllm or localai)",
                "ollama | expected: KIND=URL, such as ollama=http://127.0.0.1:11434",
                "ollama= | \"\" is no address of an engine",
                "openai=127.0.0.1:8000 | \"127.0.0.1:8000\" is no address of an engine",
                "openai=ftp://127.0.0.1 | \"ftp://127.0.0.1\" is no address of an engine",
                "http://127.0.0.1:8000 | expected: KIND=URL"
            })
    void aMistypedEngineIsNamedWithWhatIsExpected(String engine, String words) {
        assertThat(mistakes("ollama=http://127.0.0.1:1," + engine))
                .singleElement()
                .asString()
                .startsWith("local-inference.engine (--engine): " + engine)
                .contains(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ollama=http://127.0.0.1:11434",
                "vllm=https://gpu.example:8000/v1, localai=http://[::1]:8080"
            })
    void engineThatCanBeAskedPass(String engines) {
        assertThat(mistakes(engines)).isEmpty();
    }

    @Test
    void enginesOfTheFileAreCheckedTooAndToldWithTheirLines() throws IOException {
        Path file = Files.writeString(home.resolve("config.yml"), """
                local-inference:
                  engines:
                    - kind: ollama
                      url: http://127.0.0.1:11434
                    - kind: vlm
                      url: gpu-host
                """);

        assertThat(new LocalInferenceApplication().mistakes(ServiceSettings.of(new Home(home))))
                .satisfiesExactly(
                        mistake -> assertThat(mistake)
                                .startsWith("local-inference.engines[1].kind: no engine is of kind \"vlm\"")
                                .endsWith("   in " + file + " line 5"),
                        mistake -> assertThat(mistake)
                                .startsWith("local-inference.engines[1].url: \"gpu-host\"")
                                .endsWith("   in " + file + " line 6"));
    }

    private List<String> mistakes(String engines) {
        return new LocalInferenceApplication()
                .mistakes(ServiceSettings.of(new Home(home)).with("local-inference.engine", engines));
    }
}

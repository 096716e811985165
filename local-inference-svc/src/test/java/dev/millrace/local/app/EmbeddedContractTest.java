package dev.millrace.local.app;

import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.testing.AnsweringContract;
import dev.millrace.testing.InferenceCall;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The shared contract, kept by the engines inside the process: the one of which a seed is exact, and the one that embeds. */
class EmbeddedContractTest extends AnsweringContract {
    @TempDir
    static Path home;

    private static RunningEngines engines;

    @BeforeAll
    static void start() {
        engines = RunningEngines.start(home, Map.of());
    }

    @AfterAll
    static void stop() {
        engines.close();
    }

    @Override
    protected Channel channel() {
        return engines.channel();
    }

    @Override
    protected boolean needsClearance() {
        return false;
    }

    @Override
    protected String answeringModel() {
        return "millrace-starter";
    }

    @Override
    protected String embeddingModel() {
        return "all-minilm-l6-v2";
    }

    @Override
    protected StreamCompletionRequest overTheWindow() {
        return request(answeringModel(), "word ".repeat(2_000)).build();
    }

    /** Else the same text for the same seed would say nothing of the seed. */
    @Test
    void otherSeedsGiveOtherTexts() throws Exception {
        Set<String> texts = new HashSet<>();
        for (int seed = 0; seed < 10; seed++) {
            StreamCompletionRequest seeded = request(answeringModel(), "Tell me a story.")
                    .setSampling(SamplingParameters.newBuilder().setSeed(seed).setTemperature(0.8))
                    .build();
            try (InferenceCall call = begin(seeded).finish()) {
                texts.add(call.text());
            }
        }

        assertThat(texts).hasSizeGreaterThan(1);
    }
}

package dev.millrace.local.app;

import dev.millrace.testing.FakeCloud;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a node says of itself while its engines come and go. */
@Timeout(120)
class NodeReadinessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path home;

    @Test
    void takesNoCallsWhileEveryEngineIsDead() {
        FakeCloud first = FakeCloud.start();
        FakeCloud second = FakeCloud.start();
        try (RunningEngines node = start("100ms", first, second)) {
            assertThat(node.service().healthy()).isTrue();

            first.close();
            await().during(Duration.ofSeconds(3))
                    .atMost(PATIENCE)
                    .until(() -> node.service().healthy());

            second.close();
            await().atMost(PATIENCE).until(() -> !node.service().healthy());

            try (FakeCloud back = FakeCloud.start(second.base().getPort())) {
                await().atMost(PATIENCE).until(() -> node.service().healthy());
                assertThat(back.open()).isZero();
            }
        } finally {
            first.close();
            second.close();
        }
    }

    /** Its models are told as unavailable at once; others may be asked for them, and the node itself stays. */
    @Test
    void staysWhereAnEngineWasMissedOnce() {
        FakeCloud engine = FakeCloud.start();
        try (RunningEngines node = start("1h", engine)) {
            engine.close();
            assertThatThrownBy(() -> ServedAnswer.read(
                            node.channel(),
                            ServedAnswer.ask("Hello!").setModel("words").build()))
                    .isInstanceOf(StatusRuntimeException.class);
            assertThat(node.service().facts().toString()).doesNotContain("words");

            await().during(Duration.ofSeconds(3))
                    .atMost(PATIENCE)
                    .until(() -> node.service().healthy());
        }
    }

    /** Nobody asks a node that takes no calls, so that no prompt would load the model. */
    @Test
    void takesCallsAgainOnceItsOwnModelCanBeLoaded() throws IOException {
        Path file = home.resolve("own.gguf");
        Map<String, String> settings = Map.of(
                "local-inference.embedded.model-file", file.toString(),
                "local-inference.embeddings.enabled", "false",
                "local-inference.watch-every", "100ms");
        try (RunningEngines node = RunningEngines.start(home, settings)) {
            await().atMost(PATIENCE).until(() -> !node.service().healthy());

            Files.copy(Path.of("src/main/resources/local/models/millrace-starter.gguf"), file);

            await().atMost(PATIENCE).until(() -> node.service().healthy());
        }
    }

    @Test
    void isReadyWhereTheOperatorWantsNoEngine() {
        try (RunningEngines node = start("100ms")) {
            await().during(Duration.ofSeconds(3))
                    .atMost(PATIENCE)
                    .until(() -> node.service().healthy());
        }
    }

    private RunningEngines start(String watchEvery, FakeCloud... engines) {
        String list = Stream.of(engines)
                .map(engine -> "openai=http://127.0.0.1:" + engine.base().getPort())
                .collect(Collectors.joining(","));
        return RunningEngines.start(
                home,
                Map.of(
                        "local-inference.engine",
                        list,
                        "local-inference.embedded.enabled",
                        "false",
                        "local-inference.embeddings.enabled",
                        "false",
                        "local-inference.watch-every",
                        watchEvery));
    }
}

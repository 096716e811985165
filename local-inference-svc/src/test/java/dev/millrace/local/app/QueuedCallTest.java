package dev.millrace.local.app;

import dev.millrace.schema.completion.v1.Progress;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A call for which no slot is free. */
final class QueuedCallTest {
    private static final String ENDLESS = CloudScript.model(Kind.SLOW_WORDS, 50);

    @TempDir
    Path home;

    @Test
    void isToldThatItWaitsFromItsFirstFrameOnAndRunsInThePlaceOfOneThatLeaves() throws Exception {
        List<InferenceCall> calls = new ArrayList<>();
        try (FakeCloud server = FakeCloud.start().publish(ENDLESS);
                RunningEngines engines = RunningEngines.start(
                        home,
                        Map.of(
                                "local-inference.engine", "openai=" + server.base(),
                                "local-inference.embedded.enabled", "false",
                                "local-inference.watch-every", "1h"))) {
            long slots = InferenceServiceGrpc.newBlockingStub(engines.channel())
                    .getCapacity(GetCapacityRequest.getDefaultInstance())
                    .getSlotsTotal();
            assertThat(slots).isPositive();
            for (int i = 0; i < slots; i++) {
                calls.add(begin(engines).awaitDeltas(1));
            }

            InferenceCall waiting = begin(engines);
            calls.add(waiting);
            for (int beat = 0; beat < 2; beat++) {
                Progress told = waiting.next().orElseThrow().getProgress();
                assertThat(told.getQueued().getPosition()).isEqualTo(1);
            }
            calls.getFirst().cancel();
            waiting.awaitDeltas(1);

            assertThat(waiting.kinds()).startsWith(EventCase.PROGRESS, EventCase.PROGRESS);
        } finally {
            calls.forEach(InferenceCall::close);
        }
    }

    private static InferenceCall begin(RunningEngines engines) {
        return InferenceCall.begin(
                engines.channel(), ServedAnswer.ask("hello").setModel(ENDLESS).build(), Duration.ofSeconds(60));
    }
}

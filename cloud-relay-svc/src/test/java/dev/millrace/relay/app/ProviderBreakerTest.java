package dev.millrace.relay.app;

import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.StreamCompletionResponse.EventCase;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** When a model that fails is left alone, and when it is used again. */
final class ProviderBreakerTest extends ProviderFaults {
    @Test
    void modelThatKeepsFailingIsLeftAlone() throws Exception {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.FAILS);
        RelayUnderTest relay = relay(
                cloud.base().toString(),
                model,
                Map.of("cloud-relay.breaker.pause", "30s", "cloud-relay.retry.tries-max", "1"));
        for (int i = 0; i < 5; i++) {
            fault(run(relay, Prompts.cleared(model)));
        }

        InferenceCall refused = run(relay, Prompts.cleared(model));

        assertThat(fault(refused).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(refused.hadHeaders()).isFalse();
        assertThat(cloud.attempts(model)).hasSize(5);
        assertThat(InferenceServiceGrpc.newBlockingStub(relay.channel())
                        .listModels(ListModelsRequest.getDefaultInstance())
                        .getModelsList())
                .filteredOn(listed -> listed.getId().equals(model))
                .singleElement()
                .satisfies(listed -> {
                    assertThat(listed.getState()).isEqualTo(ModelState.MODEL_STATE_RESTING);
                    assertThat(listed.getStateDetail())
                            .startsWith(
                                    "left alone for now after repeated failures, tried again 30s after the last: cloud")
                            .contains("500");
                });
    }

    @Test
    void modelThatHasRecoveredIsUsedAgain() throws Exception {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.FAILS_ONCE, 5);
        RelayUnderTest relay = relay(
                cloud.base().toString(),
                model,
                Map.of("cloud-relay.breaker.pause", "100ms", "cloud-relay.retry.tries-max", "1"));
        for (int i = 0; i < 5; i++) {
            fault(run(relay, Prompts.cleared(model)));
        }

        await().atMost(Duration.ofSeconds(20))
                .until(() -> run(relay, Prompts.cleared(model)).text().equals(FakeCloud.text(8)));

        assertThat(cloud.attempts(model)).hasSizeGreaterThan(5);
    }

    @Test
    void modelWhoseAnswersOutlastThePauseIsUsedAgainAsSoonAsItAnswers() throws Exception {
        int callsMin = 5;
        CountDownLatch finish = new CountDownLatch(1);
        RawCloud cloud = raw((out, call) -> {
            if (call <= callsMin) {
                RawCloud.measured("500 Broken", "{}").write(out, call);
                return;
            }
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n" + FIRST).getBytes(UTF_8));
            out.flush();
            awaitUninterrupted(finish);
            out.write((FINISH + "data: [DONE]\n\n").getBytes(UTF_8));
            out.flush();
        });
        RelayUnderTest relay = relay(
                cloud.base(),
                "m",
                Map.of(
                        "cloud-relay.breaker.pause",
                        "2s",
                        "cloud-relay.retry.tries-max",
                        "1",
                        "cloud-relay.patience.tail",
                        "100ms"));
        for (int i = 0; i < callsMin; i++) {
            fault(run(relay, Prompts.cleared("m")));
        }

        List<InferenceCall> answering = new ArrayList<>();
        answering.add(await().atMost(LONG)
                .until(() -> begun(relay), call -> call.fault().isEmpty()));
        for (int i = 0; i < callsMin; i++) {
            answering.add(begun(relay).awaitDeltas(1));
        }

        finish.countDown();
        for (InferenceCall call : answering) {
            completed(call.finish());
        }
    }

    /** A call that has shown its first piece, or has failed. */
    private InferenceCall begun(RelayUnderTest relay) throws InterruptedException {
        InferenceCall call =
                InferenceCall.begin(relay.channel(), Prompts.cleared("m").build(), LONG);
        open.add(call);
        while (call.count(EventCase.DELTA) == 0 && call.next().isPresent()) {
            // Kept in its frames.
        }
        return call;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

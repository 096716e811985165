package dev.millrace.relay.app;

import dev.millrace.rpc.BlockingStreamReader;
import dev.millrace.rpc.BlockingStreamReader.Element;
import dev.millrace.rpc.MetadataKeys;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.StreamCompletionRequest;
import dev.millrace.schema.inference.v1.StreamCompletionResponse;
import dev.millrace.testing.CloudScript;
import dev.millrace.testing.CloudScript.Kind;
import dev.millrace.testing.FakeCloud;
import dev.millrace.testing.InferenceCall;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Connections to a provider: used again after a call, closed where a caller has gone. */
final class ProviderConnectionsTest extends ProviderFaults {
    @Test
    void callerIsGoneFromTheProviderSoon() throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            RawCloud cloud = raw((out, call) -> {
                out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\n\r\n" + FIRST).getBytes(UTF_8));
                out.flush();
            });
            RelayUnderTest relay = relay(cloud.base(), "m", Map.of());
            try (InferenceCall call = InferenceCall.begin(
                            relay.channel(), Prompts.cleared("m").build(), LONG)
                    .awaitDeltas(1)) {
                long begin = System.nanoTime();
                call.cancel();
                assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
                millis.add((System.nanoTime() - begin) / 1_000_000);
            }
        }

        assertThat(millis.stream().sorted().toList().get(5)).as("%s", millis).isLessThan(1_000);
    }

    @Test
    void pieceOfAnAnswerThatHasBegunPassesOnTheThreadThatReadIt() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        RawCloud cloud = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\nConnection: close\r\n\r\n" + FIRST).getBytes(UTF_8));
            out.flush();
            await().until(() -> waits.getCount() == 0);
            for (int i = 0; i < 20; i++) {
                out.write(FIRST.replace("Hello", " again " + i).getBytes(UTF_8));
                out.flush();
            }
            out.write((FINISH + "data: [DONE]\n\n").getBytes(UTF_8));
        });
        StringBuilder text = new StringBuilder();
        List<String> threads = new CopyOnWriteArrayList<>();

        read(relay(cloud.base(), "m", Map.of()), delta -> {
            threads.add(Thread.currentThread().getName());
            text.append(delta.getText());
            waits.countDown();
        });

        assertThat(text).startsWith("Hello again 0 again 1").endsWith(" again 18 again 19");
        assertThat(threads).anyMatch(name -> name.startsWith("loop"));
    }

    @Test
    void lineThatTakesLongToReadIsLeftToItsOwnThread() throws Exception {
        String padding = "\"padding\":\"" + "x".repeat(20 << 10) + "\",";
        byte[] large = FIRST.replace("Hello", " large")
                .replace("{\"choices\"", "{" + padding + "\"choices\"")
                .getBytes(UTF_8);
        CountDownLatch waits = new CountDownLatch(1);
        RawCloud cloud = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\nConnection: close\r\n\r\n" + FIRST).getBytes(UTF_8));
            out.flush();
            await().until(() -> waits.getCount() == 0);
            for (int begin = 0; begin < large.length; begin += 1 << 10) {
                out.write(large, begin, Math.min(1 << 10, large.length - begin));
                out.flush();
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
            out.write((FINISH + "data: [DONE]\n\n").getBytes(UTF_8));
        });
        Map<String, String> threads = new ConcurrentHashMap<>();

        read(relay(cloud.base(), "m", Map.of()), delta -> {
            threads.put(delta.getText(), Thread.currentThread().getName());
            waits.countDown();
        });

        assertThat(threads).containsOnlyKeys("Hello", " large");
        assertThat(threads.get(" large")).doesNotStartWith("loop");
    }

    /** Shows every piece of an answer on the thread that brings it. */
    private static void read(RelayUnderTest relay, Consumer<Delta> shown) throws InterruptedException {
        StreamCompletionRequest prompt = Prompts.cleared("m").build();
        Metadata clearance = new Metadata();
        clearance.put(MetadataKeys.CLEARANCE, prompt.getClearance().getDecisionId());
        try (BlockingStreamReader<StreamCompletionResponse> reader = BlockingStreamReader.open(
                relay.channel(),
                InferenceServiceGrpc.getStreamCompletionMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(LONG),
                clearance,
                prompt)) {
            while (reader.next(LONG, frame -> {
                        show(frame, shown);
                        return true;
                    })
                    instanceof Element<StreamCompletionResponse>(StreamCompletionResponse frame)) {
                show(frame, shown);
            }
        }
    }

    private static void show(StreamCompletionResponse frame, Consumer<Delta> shown) {
        if (frame.hasDelta()) {
            shown.accept(frame.getDelta());
        }
    }

    @Test
    void callerWhoLeavesBeforeHisNextTryCutsNobody() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        RawCloud cloud = raw((out, call) -> {
            if (call == 1) {
                RawCloud.measured("429 Too Many Requests\r\nRetry-After-Ms: 8000", "{}")
                        .write(out, call);
                return;
            }
            String rest = FIRST.replace("Hello", " again") + FINISH;
            int length = FIRST.length() + rest.length();
            out.write(
                    ("HTTP/1.1 " + STREAM_HEAD + "\r\nContent-Length: " + length + "\r\n\r\n" + FIRST).getBytes(UTF_8));
            out.flush();
            await().until(() -> goOn.getCount() == 0);
            out.write(rest.getBytes(UTF_8));
            out.flush();
        });
        RelayUnderTest relay = relay(cloud.base(), "m", Map.of());
        InferenceServiceGrpc.InferenceServiceBlockingStub stub = InferenceServiceGrpc.newBlockingStub(relay.channel());

        try (InferenceCall leaving = InferenceCall.begin(
                        relay.channel(), Prompts.cleared("m").build(), LONG);
                InferenceCall staying = secondAfter(leaving, relay)) {
            leaving.cancel();
            await().until(() ->
                    stub.getCapacity(GetCapacityRequest.getDefaultInstance()).getSlotsBusy() == 1);
            goOn.countDown();

            assertThat(staying.finish().fault()).isEmpty();
            assertThat(staying.text()).isEqualTo("Hello again");
        }
        assertThat(cloud.connections()).isEqualTo(1);
    }

    /** A call that is in the middle of its answer, while the first one waits for its next try. */
    private static InferenceCall secondAfter(InferenceCall first, RelayUnderTest relay) throws InterruptedException {
        assertThat(first.next().orElseThrow().getProgress().hasRetrying()).isTrue();
        return InferenceCall.begin(relay.channel(), Prompts.cleared("m").build(), LONG)
                .awaitDeltas(1);
    }

    @Test
    void answerThatNobodyReadsIsNotTaken() throws Exception {
        int whole = 48 << 20;
        AtomicLong written = new AtomicLong();
        byte[] piece = FIRST.replace("Hello", "x".repeat(8 << 10)).getBytes(UTF_8);
        RawCloud cloud = raw((out, call) -> {
            out.write(("HTTP/1.1 " + STREAM_HEAD + "\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            while (written.get() < whole) {
                out.write(piece);
                written.addAndGet(piece.length);
            }
        });
        RelayUnderTest relay = relay(cloud.base(), "m", Map.of());

        try (InferenceCall call = InferenceCall.begin(
                        relay.channel(), Prompts.cleared("m").build(), LONG)
                .awaitDeltas(1)) {
            AtomicLong before = new AtomicLong(-1);
            // What lies between the two ends is the system's buffers, of a few megabytes.
            await().pollInterval(Duration.ofMillis(200))
                    .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
            assertThat(written).hasValueLessThan(whole / 2);
            assertThat(call.frames()).hasSizeLessThan(10);
        }
        assertThat(cloud.callerGone().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void connectionIsUsedAgain() throws IOException, InterruptedException {
        FakeCloud cloud = fake();
        String model = CloudScript.model(Kind.WORDS, 3);
        RelayUnderTest relay = relay(cloud.base().toString(), model, Map.of());

        for (int i = 0; i < 3; i++) {
            assertThat(run(relay, Prompts.cleared(model)).text()).isEqualTo(FakeCloud.text(3));
        }

        assertThat(cloud.attempts(model)).hasSize(3);
    }
}
